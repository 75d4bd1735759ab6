using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>The issuer's answer about a token, judged by everything that does not depend on the requested resource.</summary>
/// <param name="Verification">The good token, or null when refused.</param>
/// <param name="Refusal">The reason for the refusal, or null when good.</param>
/// <param name="Until">The moment when the issuer must be asked again.</param>
internal sealed record IntrospectionResponse(CachedVerification? Verification, TokenRefusal? Refusal, DateTimeOffset Until);
