using Gatehouse.AuthorizationServer.Callers;
namespace Gatehouse.AuthorizationServer.Protocol;

/// <summary>A request of a client to the token endpoint or one of its neighbours, without anything of HTTP that they do not need.</summary>
/// <param name="Form">The parameters.</param>
/// <param name="Authorization">The value of the one <c>Authorization</c> header; null when there is none.</param>
/// <param name="Proof">The value of the one <c>DPoP</c> header; null when there is none.</param>
/// <param name="Peer">The stranger behind the request.</param>
internal sealed record OAuthRequest(OAuthParameters Form, string? Authorization, string? Proof, Peer Peer)
{
    /// <summary>Nothing of it: form and headers are secret.</summary>
    public override string ToString() => "request of a client";
}
