using System.Security.Cryptography.X509Certificates;
using Gatehouse.Identity.Certificates;
using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>The revocation lists by which certificates of one server are judged, from a file that is read again when it changes.</summary>
/// <remarks>
/// The platform could fetch lists and answers (OCSP) itself. It does so with a client of its own, at addresses that the certificate names, before
/// anybody trusts it, and keeps them in a folder of the account: none of the rules of outgoing requests hold there (design rule 3).
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

    /// <summary>Why the certificate of a chain that the platform trusts is not taken; null when it is. What cannot be told is a reason.</summary>
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
            file.Refresh(out _); // a faulty new one does not count; the good one before it ends by its own time
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
