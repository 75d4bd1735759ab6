namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Values of <c>prompt</c> (OpenID Connect Core §3.1.2.1).</summary>
internal static class PromptValues
{
    /// <summary>The person authenticates again.</summary>
    public const string Login = "login";

    /// <summary>The person consents, although an administrator consented for everyone.</summary>
    public const string Consent = "consent";

    /// <summary>The person chooses the account.</summary>
    public const string SelectAccount = "select_account";

    /// <summary>The person is not asked. No request of this server can succeed so.</summary>
    public const string None = "none";

    /// <summary>The values that a request may have; the metadata announce them (Initiating User Registration via OpenID Connect 1.0 §4.1).</summary>
    public static IReadOnlyList<string> Accepted { get; } = [Login, Consent, SelectAccount];
}
