namespace Gatehouse.Administration;

/// <summary>Whether an administrator may do an act.</summary>
/// <param name="Administrator">Who does it; null when the act is refused.</param>
/// <param name="Refusal">Why not.</param>
internal sealed record AuthorizationResult(Administrator? Administrator, ActionRefusal? Refusal)
{
    /// <summary>Who a genuine administrator token named, also where that is not enough; for the entry.</summary>
    public AdministratorToken? Token { get; init; }
}
