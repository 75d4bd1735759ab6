using System.Security.Cryptography.X509Certificates;
using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>The revocation lists for the certificates of one server, from a file that is read again when it changes.</summary>
/// <remarks>
/// The platform could fetch lists and answers (OCSP) itself. It would use its own client, at addresses that the certificate names, before the
/// certificate is trusted, and keep them in a folder of the account. None of the rules of outgoing requests apply there (design rule 3).
/// </remarks>
internal sealed class UpstreamRevocations(string path, TimeProvider time)
{
    private readonly Lock reading = new();
    private WatchedFile<byte[]>? file;
    private Known? last;

    /// <summary>Reads the file of each server once.</summary>
    /// <exception cref="InvalidDataException">One cannot be read or holds no revocation list.</exception>
    public static void Require(GatewaySettings settings)
    {
        foreach (var server in settings.Servers)
        {
            if (server.Http?.RevocationList is { } list) Open(list);
        }
    }

    /// <summary>
    /// Returns the reason to refuse the certificate of a chain that the platform trusts; null when it is accepted. An unknown revocation state is a
    /// reason.
    /// </summary>
    public string? WhyRefused(X509Chain? built)
    {
        var chain = built?.ChainElements.Select(element => element.Certificate).ToList() ?? [];
        if (chain.Count < 2) return "its certificate names no authority whose revocation list could be looked at";
        try
        {
            if (ListsFor(chain) is not { } lists) return "there is no revocation list of the authority that issued its certificate";
            return lists.IsRevoked(CertificateLink.PathOf(chain), time.GetUtcNow())
                ? "its certificate is revoked, or no current list of its authority is there" : null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }

    private CertificateRevocationFile? ListsFor(List<X509Certificate2> chain)
    {
        var authorities = chain.Skip(1).ToList();
        var names = string.Join(' ', authorities.Select(authority => authority.Thumbprint));
        lock (reading)
        {
            file ??= Open(path);
            file.Refresh(out _); // a faulty new file does not count; the good one before it ends by its own time
            if (last is { } known && ReferenceEquals(known.Content, file.Current) && known.Authorities == names) return known.Lists;
            var lists = CertificateRevocationFile.ReadFor(file.Current, authorities, time.GetUtcNow());
            last = new Known(file.Current, names, lists);
            return lists;
        }
    }

    private static WatchedFile<byte[]> Open(string path) => new(path, CertificateRevocationFile.MaxBytes, content =>
    {
        CertificateRevocationFile.RequireForm(content);
        return content;
    });

    private sealed record Known(byte[] Content, string Authorities, CertificateRevocationFile? Lists);
}
