namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>The record made before a browser goes to a provider (MCP row B09): the answer is judged by it and nothing else.</summary>
/// <param name="Provider">Name of the provider in the configuration.</param>
/// <param name="Issuer">The provider's issuer at that moment.</param>
/// <param name="Verifier">The PKCE verifier (RFC 7636).</param>
/// <param name="Nonce">The nonce that the ID token must carry.</param>
internal sealed record SignInAttempt(string Provider, string Issuer, string Verifier, string Nonce)
{
    /// <summary>The authentication that the answer must show; null for any.</summary>
    public SignInDemand? Demand { get; init; }

    /// <summary>When the browser was sent to the provider.</summary>
    public DateTimeOffset BeganAt { get; init; }

    /// <summary>Only the provider: verifier and nonce are secret.</summary>
    public override string ToString() => $"sign-in at {Provider}";
}
