namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>An opaque access token of a grant.</summary>
/// <param name="Digest">Its digest, in base64.</param>
/// <param name="Until">The moment when it is over.</param>
internal sealed record EarlierToken(string Digest, DateTimeOffset Until);
