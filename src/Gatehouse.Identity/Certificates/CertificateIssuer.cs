using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Certificates;

/// <summary>
/// An issuer of certificates to workloads. A certificate under one of its authorities, valid now, for client authentication and not revoked, is the
/// workload's identity. The system's trust does not count, and nothing is fetched.
/// </summary>
/// <remarks>
/// Without authorities the holder of a key writes its certificate itself. Then configuration says which workload holds which key: neither
/// the name nor the end in the certificate means anything, and a workload ends when its key is taken out of the configuration.
/// </remarks>
public sealed class CertificateIssuer
{
    /// <summary>The beginning of the issuer of such callers, so that it is never that of a token.</summary>
    public const string IssuerPrefix = "certificate:";

    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly JsonElement NoClaims = JsonDocument.Parse("{}").RootElement.Clone();

    private readonly X509Certificate2Collection roots = [];
    private readonly X509Certificate2Collection intermediates = [];
    private readonly ImmutableArray<byte[]> pins;
    private readonly ImmutableArray<(string Subject, byte[] Pin)> workloads;
    private readonly CertificateIssuerOptions options;

    /// <summary>Reads the authorities, or the keys of the workloads by name.</summary>
    /// <exception cref="InvalidDataException">Neither authorities nor workloads or both, pins without authorities, a key of two workloads, no root
    /// among the authorities, or a text that is none of them. The message names the remedy.</exception>
    public CertificateIssuer(CertificateIssuerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        pins = [.. options.Pins.Select(ReadPin)];
        workloads = [.. options.Workloads.SelectMany(workload => workload.Value.Select(pin => (workload.Key, ReadPin(pin))))];
        RequireOneKind();
        if (options.AuthoritiesPem is not null)
            ReadAuthorities(options.AuthoritiesPem);
    }

    /// <summary>The name by which servers take it.</summary>
    public string Name => options.Name;

    /// <summary>The issuer of its callers, as policy and the log name it.</summary>
    public string Issuer => IssuerPrefix + options.Name;

    /// <summary>The authorities, roots and intermediates.</summary>
    internal IEnumerable<X509Certificate2> Authorities => roots.Concat(intermediates);

    /// <summary>Judges a certificate; nothing of the answer depends on the moment but its own times, which are judged at each use.</summary>
    internal TokenResult Judge(PresentedCertificate presented, DateTimeOffset now)
    {
        var certificate = presented.Certificate;
        if (FindTimeRefusal(certificate, now) is { } timeRefusal)
            return TokenResult.Refused(timeRefusal);
        if (!IsForClients(certificate))
            return TokenResult.Refused(TokenRefusal.CertificatePurpose);
        var key = SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        if (workloads.Length > 0)
            return WorkloadOf(key) is { } named
                ? TokenResult.Verified(Read(certificate, named, key, [], otherFormHash: null))
                : TokenResult.Refused(TokenRefusal.CertificateUntrusted);
        if (!IsPinned(key) || PathOf(certificate, now) is not var (path, otherFormHash))
            return TokenResult.Refused(TokenRefusal.CertificateUntrusted);
        return CertificateNames.Of(certificate, options.Subject) is { } subject
            ? TokenResult.Verified(Read(certificate, subject, key, path, otherFormHash))
            : TokenResult.Refused(TokenRefusal.SubjectMissing);
    }

    /// <summary>Returns whether a workload's key still is one that this issuer takes for that workload; its certificate was judged before.</summary>
    internal bool StillTakes(VerifiedToken workload)
    {
        var key = Convert.FromBase64String(workload.CertificateKey ?? "");
        return workloads.Length > 0 ? WorkloadOf(key) == workload.Subject : roots.Count > 0 && IsPinned(key);
    }

    /// <summary>Checks the certificate's own times (RFC 5280 §4.1.2.5), without any tolerance: the clock is the gateway's own.</summary>
    internal static TokenRefusal? FindTimeRefusal(X509Certificate2 certificate, DateTimeOffset now) =>
        now < certificate.NotBefore.ToUniversalTime() ? TokenRefusal.NotYetValid
        : now >= certificate.NotAfter.ToUniversalTime() ? TokenRefusal.Expired
        : null;

    // Threat: a server's certificate, which many hold, taken for a workload's (RFC 5280 §4.2.1.12). One without the extension is for anything, so it
    // is refused too.
    private static bool IsForClients(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuthentication));

    private bool IsPinned(byte[] key)
    {
        var isPinned = pins.IsEmpty;
        foreach (var pin in pins)
            isPinned |= CryptographicOperations.FixedTimeEquals(pin, key);
        return isPinned;
    }

    // Threat: with keys only, the holder of any of them names itself as the workload of another (RFC 5280 §4.1.2.6: the issuer vouches for the name,
    // and here there is none).
    private string? WorkloadOf(byte[] key)
    {
        string? found = null;
        foreach (var (subject, pin) in workloads)
        {
            if (CryptographicOperations.FixedTimeEquals(pin, key))
                found = subject;
        }

        return found;
    }

    /// <summary>The path to a root, with the hash of the other form of the certificate; null when there is none.</summary>
    private (ImmutableArray<CertificateLink> Links, TokenHash? OtherFormHash)? PathOf(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        policy.ExtraStore.AddRange(intermediates);
        policy.RevocationMode = X509RevocationMode.NoCheck; // a list of ours is judged at each use
        policy.DisableCertificateDownloads = true; // threat: a certificate that makes the gateway fetch what it names (E01)
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = now.LocalDateTime;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (!chain.Build(certificate))
            return null;
        var path = chain.ChainElements.Select(element => element.Certificate).ToList();
        try
        {
            return ([.. CertificateLink.PathOf(path)], CertificateOtherForm.FindHash(certificate, path.Count > 1 ? path[1] : path[0]));
        }
        catch (CryptographicException)
        {
            return null; // without the other form, its revocation by hash would not hold
        }
    }

    private VerifiedToken Read(
        X509Certificate2 certificate, string subject, byte[] key, ImmutableArray<CertificateLink> path, TokenHash? otherFormHash) => new(NoClaims)
        {
            Issuer = Issuer,
            Subject = subject,
            IsApplication = true,
            ExpiresAt = certificate.NotAfter.ToUniversalTime(),
            NotBefore = certificate.NotBefore.ToUniversalTime(),
            IssuedAt = certificate.NotBefore.ToUniversalTime(),
            Audiences = [],
            Scopes = options.Scopes,
            CertificateSerial = certificate.SerialNumber,
            CertificateKey = Convert.ToBase64String(key),
            CertificatePath = path,
            TokenHash = TokenHash.Of(certificate.RawDataMemory.Span),
            OtherFormHash = otherFormHash,
        };

    private void RequireOneKind()
    {
        var hasAuthorities = options.AuthoritiesPem is not null;
        if (!hasAuthorities && pins.Length > 0)
            throw new InvalidDataException(
                $"the certificate issuer {options.Name} has pins and no authorities, so that the holder of a key could take any name; name the "
                    + $"workload of each key");
        if (hasAuthorities == workloads.Length > 0)
            throw new InvalidDataException($"the certificate issuer {options.Name} needs either authorities or the keys of workloads by name");
        if (workloads.DistinctBy(workload => Convert.ToBase64String(workload.Pin)).Count() < workloads.Length)
            throw new InvalidDataException($"a key of the certificate issuer {options.Name} belongs to two workloads; give each its own");
    }

    private void ReadAuthorities(string pem)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            throw new InvalidDataException($"the authorities of the certificate issuer {options.Name} are not PEM certificates");
        }

        foreach (var certificate in all)
            (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData) ? roots : intermediates).Add(certificate);
        if (roots.Count == 0)
            throw new InvalidDataException(
                $"the authorities of the certificate issuer {options.Name} hold no root; add the self-signed certificate that the others lead to");
    }

    private byte[] ReadPin(string pin)
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(pin, bytes, out var written) && written == bytes.Length
            ? bytes
            : throw new InvalidDataException($"a pin of the certificate issuer {options.Name} is not the base64 of a SHA-256");
    }
}
