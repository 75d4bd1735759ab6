using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.Identity.Redirects;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The judgement on an authorization request. Exactly one of three: a request, an error for the client, or a fault for the person.</summary>
/// <param name="Client">The client; null while it or its redirect URI is not known.</param>
/// <param name="Request">The request that passed every check.</param>
/// <param name="Error">The error that goes back to the client's redirect URI.</param>
/// <param name="Fault">The fault for the person. Nothing is sent to a redirect URI that is not registered (MCP row C12).</param>
/// <param name="Detail">More about the fault, in words of ours; null for nothing more.</param>
internal sealed record AuthorizationRequestOutcome(
    OAuthClient? Client, AuthorizationRequest? Request, ClientError? Error, PageFault? Fault, string? Detail)
{
    /// <summary>The cause of the fault for the audit log, as a word of the code; null where the fault says it.</summary>
    public string? Cause { get; init; }

    /// <summary>The redirect URI of the request; null without one.</summary>
    public RedirectUri? Redirect { get; init; }
}
