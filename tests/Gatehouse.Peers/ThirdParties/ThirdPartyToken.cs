namespace Gatehouse.Peers.ThirdParties;

/// <summary>A permission that a person gave to the client, behind an access or refresh token.</summary>
/// <param name="Person">The person.</param>
/// <param name="Scopes">The scopes that the person granted, which may be fewer than those of the request.</param>
/// <param name="End">The end of the token; null for one without end.</param>
/// <param name="Family">The consent that it comes from: a revocation ends all of it.</param>
public sealed record ThirdPartyToken(string Person, IReadOnlyList<string> Scopes, DateTimeOffset? End, string Family);
