using System.Collections.Frozen;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Certificates;

/// <summary>The certificate issuers in force, with a cache of judged certificates. Safe for concurrent use.</summary>
public sealed class CertificateIssuerSet : ICertificateValidator
{
    /// <summary>The time for which the judgement of a certificate is remembered.</summary>
    public static readonly TimeSpan JudgementLife = TimeSpan.FromSeconds(10);

    /// <summary>The most certificates remembered, good and bad ones together.</summary>
    public const int MostRemembered = 10_000;

    private readonly FrozenDictionary<string, CertificateIssuer> issuers;
    private readonly ClockCache<Judgement> judged = new(MostRemembered);
    private readonly IRevocationList revocations;
    private readonly TimeProvider time;

    /// <summary>Makes the set.</summary>
    /// <param name="issuers">The issuers, each name once.</param>
    /// <param name="revocations">The revocations.</param>
    /// <param name="time">The clock.</param>
    public CertificateIssuerSet(IEnumerable<CertificateIssuer> issuers, IRevocationList revocations, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(issuers);
        ArgumentNullException.ThrowIfNull(revocations);
        ArgumentNullException.ThrowIfNull(time);
        this.issuers = issuers.ToFrozenDictionary(issuer => issuer.Name, StringComparer.Ordinal);
        this.revocations = revocations;
        this.time = time;
    }

    /// <summary>The number of certificates that are remembered.</summary>
    public int Count => judged.Count;

    /// <inheritdoc/>
    public TokenResult Validate(PresentedCertificate certificate, IReadOnlyList<string> issuers)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(issuers);
        var refusal = TokenRefusal.CertificateUntrusted;
        for (var index = 0; index < issuers.Count; index++)
        {
            if (!this.issuers.TryGetValue(issuers[index], out var issuer))
                continue;
            var result = Judge(certificate, issuer);
            if (result.IsVerified)
                return result;
            if (refusal == TokenRefusal.CertificateUntrusted)
                refusal = result.Refusal.Value;
        }

        return TokenResult.Refused(refusal);
    }

    /// <summary>Returns whether a workload that was let in is one of an issuer of this set by its key. True for a caller with a token.</summary>
    /// <param name="caller">The caller as judged when it came.</param>
    public bool StillTakes(VerifiedToken caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.CertificateSerial is null
            || (caller.Issuer.StartsWith(CertificateIssuer.IssuerPrefix, StringComparison.Ordinal)
                && issuers.TryGetValue(caller.Issuer[CertificateIssuer.IssuerPrefix.Length..], out var issuer)
                && issuer.StillTakes(caller));
    }

    /// <summary>Removes judgements that would have to be made again anyway.</summary>
    /// <param name="now">The moment by which this is judged.</param>
    public void Sweep(DateTimeOffset now) => judged.RemoveWhere(known => known.Until <= now);

    private TokenResult Judge(PresentedCertificate certificate, CertificateIssuer issuer)
    {
        var now = time.GetUtcNow();
        if (CertificateIssuer.FindTimeRefusal(certificate.Certificate, now) is { } refusal)
            return TokenResult.Refused(refusal);
        var hash = TokenHash.Of(certificate.Certificate.RawDataMemory.Span);
        if (!judged.TryGet(hash, out var known) || !ReferenceEquals(known.Issuer, issuer) || known.Until <= now)
        {
            // The authorities' own times are judged again now and then.
            known = new Judgement(issuer, issuer.Judge(certificate, now), now + JudgementLife);
            judged.Set(hash, known);
        }

        return known.Result.IsVerified && revocations.IsRevoked(known.Result.Token) ? TokenResult.Refused(TokenRefusal.Revoked) : known.Result;
    }

    private sealed record Judgement(CertificateIssuer Issuer, TokenResult Result, DateTimeOffset Until);
}
