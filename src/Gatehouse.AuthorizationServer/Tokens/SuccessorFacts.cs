namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The tokens that followed from a refresh token, for a client that lost the answer.</summary>
/// <param name="Tokens">The tokens, encrypted under a key that is derived from the refresh token that was presented.</param>
internal sealed record SuccessorFacts(byte[] Tokens);
