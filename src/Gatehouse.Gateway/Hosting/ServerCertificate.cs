using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatehouse.Diagnostics;
using Gatehouse.Files;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The listener's certificate with the intermediates of its file, which clients are sent (RFC 8446 §4.4.2): a client that trusts the root builds the
/// chain from them. It is read again when its file changes, and a bad new file never replaces a good one.
/// </summary>
internal sealed class ServerCertificate
{
    // A chain with its key has some thousand bytes.
    private const int MostBytes = 1 << 20;

    private readonly string certificateFile;
    private readonly string keyFile;
    private readonly Lock gate = new();
    private readonly ILogger log;
    private SslStreamCertificateContext current;
    private (string Path, DateTime Written) stamp;
    private (string Path, DateTime Written) reported;

    /// <exception cref="InvalidDataException">The files cannot be read as a certificate and its key.</exception>
    public ServerCertificate(string certificateFile, string keyFile, ILogger log)
    {
        this.log = log;
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        try
        {
            (current, stamp) = Read();
        }
        catch (Exception e) when (IsFault(e))
        {
            throw new InvalidDataException($"the certificate {certificateFile} with the key {keyFile} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The file of the certificate.</summary>
    public string CertificateFile => certificateFile;

    /// <summary>The validity of the certificate that was used last. It does not look at the file.</summary>
    public CertificateExpiry Expiry
    {
        get
        {
            lock (gate) return CertificateExpiry.Of(current);
        }
    }

    /// <summary>The certificate of the next handshake, with its key and its intermediates.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (gate)
            {
                try
                {
                    if (Stamp() != stamp) (current, stamp) = Read();
                }
                catch (Exception e) when (IsFault(e))
                {
                    ReportOnce(e); // half a renewal, a bad one, or a path that cannot be looked at: the old certificate serves until both files fit
                }

                return current;
            }
        }
    }

    /// <summary>Reads a certificate with its key and its intermediates.</summary>
    /// <exception cref="ArgumentException">The key is that of another certificate.</exception>
    /// <exception cref="CryptographicException">A file holds no certificate, or no key.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="NotSupportedException">The platform does not have this kind of key.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read a file.</exception>
    public static SslStreamCertificateContext Read(string certificateFile, string keyFile)
    {
        var certificates = ReadText(certificateFile);
        var leaf = X509Certificate2.CreateFromPem(certificates, ReadText(keyFile));
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        // Offline: nothing that a certificate names is fetched, neither a missing intermediate nor an OCSP answer.
        return SslStreamCertificateContext.Create(leaf, all, offline: true);
    }

    /// <summary>
    /// Returns whether an exception says that the files cannot be used. A key of another certificate is an argument fault; a kind of key that this
    /// platform does not have is not supported.
    /// </summary>
    public static bool IsFault(Exception e) =>
        e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    // The time before the content: a file that is replaced in between is read again.
    private (SslStreamCertificateContext, (string, DateTime)) Read()
    {
        var found = Stamp();
        return (Read(certificateFile, keyFile), found);
    }

    // A pipe in its place would hold the start, and later every handshake.
    private static string ReadText(string path) => Encoding.UTF8.GetString(RegularFile.ReadBytes(path, MostBytes));

    // A secret store replaces a folder behind links and leaves the link itself as it is: the time is that of the file at the end.
    private (string Path, DateTime Written) Stamp()
    {
        var path = File.Exists(certificateFile) ? File.ResolveLinkTarget(certificateFile, returnFinalTarget: true)?.FullName ?? certificateFile
            : certificateFile;
        return (path, File.GetLastWriteTimeUtc(path));
    }

    private void ReportOnce(Exception e)
    {
        (string, DateTime) found;
        try
        {
            found = Stamp();
        }
        catch (Exception again) when (IsFault(again))
        {
            found = (e.Message, default); // the path cannot be looked at: one line for each cause
        }

        if (found == reported) return;
        reported = found;
        log.Write(OperatorEvents.CertificateFault, LogValue.Configured(certificateFile), LogValue.Cause(e));
    }
}
