namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>An error that goes back to a client (RFC 6749 §4.1.2.1).</summary>
/// <param name="RedirectUri">The redirect URI, which is registered.</param>
/// <param name="State">The client's state, or null when it sent none.</param>
/// <param name="Code">The error code.</param>
/// <param name="Description">What happened and what to do, without text of strangers.</param>
internal sealed record ClientError(string RedirectUri, string? State, string Code, string Description);
