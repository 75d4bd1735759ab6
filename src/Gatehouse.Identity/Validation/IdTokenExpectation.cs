namespace Gatehouse.Identity.Validation;

/// <summary>The facts of one sign-in by which its ID token is judged.</summary>
/// <param name="ClientId">The gateway's client id at the provider.</param>
/// <param name="Nonce">The nonce that was sent.</param>
/// <param name="AccessToken">The access token that came with it.</param>
internal sealed record IdTokenExpectation(string ClientId, string Nonce, string AccessToken)
{
    /// <summary>Only the client: the rest is secret.</summary>
    public override string ToString() => ClientId;
}
