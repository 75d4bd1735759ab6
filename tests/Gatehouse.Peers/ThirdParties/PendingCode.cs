namespace Gatehouse.Peers.ThirdParties;

/// <summary>An authorization code, or the request that a page asks about.</summary>
/// <param name="Query">The parameters of the authorization request.</param>
/// <param name="Redirect">Where the answer goes.</param>
/// <param name="Person">The person; empty while nobody has approved.</param>
/// <param name="Scopes">The scopes: those of the request, then those that the person granted.</param>
/// <param name="HasRefresh">True if the code gives a refresh token.</param>
/// <param name="End">The end of the code.</param>
internal sealed record PendingCode(
    IReadOnlyDictionary<string, string> Query, string Redirect, string Person, IReadOnlyList<string> Scopes, bool HasRefresh, DateTimeOffset End);
