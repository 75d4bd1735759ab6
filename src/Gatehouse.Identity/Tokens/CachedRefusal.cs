using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Tokens;

/// <summary>A remembered bad token, with what it was judged by.</summary>
/// <param name="Refusal">Why it was refused.</param>
/// <param name="Issuer">The issuer by which it was judged, compared by reference.</param>
/// <param name="KeyGeneration">The generation of the keys by which it was judged.</param>
/// <param name="Until">When this is forgotten.</param>
internal sealed record CachedRefusal(TokenRefusal Refusal, TrustedIssuer Issuer, long KeyGeneration, DateTimeOffset Until);
