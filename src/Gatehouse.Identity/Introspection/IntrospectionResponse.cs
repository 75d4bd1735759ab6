using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Introspection;

/// <summary>What an issuer said of a token, judged by everything that does not depend on the resource asked for.</summary>
/// <param name="Verification">The good token; null when refused.</param>
/// <param name="Refusal">Why it was refused; null when good.</param>
/// <param name="Until">When the issuer must be asked again.</param>
internal sealed record IntrospectionResponse(CachedVerification? Verification, TokenRefusal? Refusal, DateTimeOffset Until);
