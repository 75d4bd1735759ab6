namespace Gatehouse.Administration;

/// <summary>The result of authorizing an administrator for an act.</summary>
/// <param name="Administrator">The actor; null when the act is refused.</param>
/// <param name="Refusal">The reason why not.</param>
internal sealed record AuthorizationResult(Administrator? Administrator, ActionRefusal? Refusal)
{
    /// <summary>The person or program of a genuine administrator token, also where that is not enough; for the entry.</summary>
    public AdministratorToken? Token { get; init; }

    /// <summary>True where the act needed a person, so that a credential of one was judged: an attempt to authenticate.</summary>
    public bool IsPersonJudged { get; init; }
}
