using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>A remembered bad token, with the facts by which it was judged.</summary>
/// <param name="Refusal">The reason for the refusal.</param>
/// <param name="Issuer">The issuer by which it was judged, compared by reference.</param>
/// <param name="KeyGeneration">The generation of the keys by which it was judged.</param>
/// <param name="Until">The moment when this is forgotten.</param>
internal sealed record CachedRefusal(TokenRefusal Refusal, TrustedIssuer Issuer, long KeyGeneration, DateTimeOffset Until);
