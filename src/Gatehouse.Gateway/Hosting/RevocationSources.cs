using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The files of a configuration that revoke: the list, and the authorities' lists of certificates.</summary>
internal sealed class RevocationSources
{
    private readonly WatchedFile<InMemoryRevocationList>? list;
    private readonly Dictionary<string, WatchedFile<CertificateRevocationFile>> certificates = new(StringComparer.Ordinal);
    private readonly TimeProvider time;

    private RevocationSources(WatchedFile<InMemoryRevocationList>? list, TimeProvider time)
    {
        this.list = list;
        this.time = time;
    }

    /// <summary>Reads every file.</summary>
    /// <exception cref="InvalidDataException">One cannot be read or is faulty.</exception>
    public static RevocationSources Load(GatewaySettings settings, IReadOnlyList<CertificateIssuer> issuers, TimeProvider time)
    {
        var file = settings.Revocations.File is { } path
            ? new WatchedFile<InMemoryRevocationList>(path, RevocationFile.MaxBytes, content => ReadList(content, time))
            : null;
        var sources = new RevocationSources(file, time);
        foreach (var (issuer, setting) in issuers.Zip(settings.CertificateIssuers).Where(pair => pair.Second.RevocationList is not null))
            sources.certificates[issuer.Issuer] =
                new(setting.RevocationList!, CertificateRevocationFile.MaxBytes,
                    content => CertificateRevocationFile.Read(content, issuer, time.GetUtcNow()));
        return sources;
    }

    /// <summary>True where the configuration names no file.</summary>
    public bool IsEmpty => list is null && certificates.Count == 0;

    /// <summary>Returns whether a file revokes the token, or the certificate in its place.</summary>
    public bool IsRevoked(VerifiedToken token) =>
        list?.Current.IsRevoked(token) == true
        || (token.CertificateSerial is not null
        && certificates.TryGetValue(token.Issuer, out var file) && file.Current.IsRevoked(token.CertificatePath, time.GetUtcNow()));

    /// <summary>Returns the number of the authorities' lists that are older than promised, so that all of their certificates are refused.</summary>
    public int CountOverdue() => certificates.Values.Sum(file => file.Current.CountOverdue(time.GetUtcNow()));

    /// <summary>Reads the files that changed.</summary>
    /// <param name="tell">Receives the reason why a new file does not count.</param>
    /// <returns>True when the set of revoked tokens changed.</returns>
    public bool Refresh(Action<string> tell)
    {
        var isNew = list is not null && Refresh(list, tell);
        foreach (var file in certificates.Values) isNew |= Refresh(file, tell);
        return isNew;
    }

    private static bool Refresh<T>(WatchedFile<T> file, Action<string> tell)
        where T : class
    {
        var isNew = file.Refresh(out var fault);
        if (fault is not null) tell(fault);
        return isNew;
    }

    private static InMemoryRevocationList ReadList(byte[] content, TimeProvider time)
    {
        var revocations = RevocationFile.Read(content);
        var made = new InMemoryRevocationList(time, Math.Max(1, revocations.Count));
        foreach (var revocation in revocations) made.Revoke(revocation);
        return made;
    }
}
