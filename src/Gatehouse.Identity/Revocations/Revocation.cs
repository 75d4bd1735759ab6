namespace Gatehouse.Identity.Revocations;

/// <summary>One revocation.</summary>
/// <param name="Kind">The property by which it finds its tokens.</param>
/// <param name="Issuer">The issuer it is about. Empty for <see cref="RevocationKind.TokenHash"/>.</param>
/// <param name="Value">The hash, identifier, session, subject or client. Empty for <see cref="RevocationKind.Issuer"/>.</param>
/// <param name="At">The moment of the revocation. Subject, client and issuer revocations do not affect tokens that were issued later, so that a
/// person can log in again. A token without a time of issue is always affected.</param>
/// <param name="Until">The moment when every token it could hit has expired, so that it can be forgotten.</param>
public sealed record Revocation(RevocationKind Kind, string Issuer, string Value, DateTimeOffset At, DateTimeOffset Until);
