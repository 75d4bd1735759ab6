namespace Gatehouse.Identity.Revocations;

/// <summary>One revocation.</summary>
/// <param name="Kind">By what it finds its tokens.</param>
/// <param name="Issuer">The issuer it is about; empty for <see cref="RevocationKind.TokenHash"/>.</param>
/// <param name="Value">The hash, identifier, session, subject or client; empty for <see cref="RevocationKind.Issuer"/>.</param>
/// <param name="At">
/// When it was made. Subject, client and issuer revocations leave tokens alone that were issued later, so that a person can
/// log in again; a token that does not tell when it was issued is always hit.
/// </param>
/// <param name="Until">When every token it could hit has expired, so that it can be forgotten.</param>
public sealed record Revocation(RevocationKind Kind, string Issuer, string Value, DateTimeOffset At, DateTimeOffset Until);
