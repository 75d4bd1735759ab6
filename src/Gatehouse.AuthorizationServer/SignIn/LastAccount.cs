namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The sealed memory of who signed in last in a browser, so that another account is pointed out.</summary>
internal sealed record LastAccount
{
    /// <summary>The purpose under which it is sealed.</summary>
    public const string Purpose = "last-account/v1";

    /// <summary>The person, as tokens name them.</summary>
    public required string Subject { get; init; }
}
