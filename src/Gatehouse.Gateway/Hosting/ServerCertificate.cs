using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The listener's certificate with the intermediates of its file, which clients are sent (RFC 8446 §4.4.2): a client that trusts the root builds the
/// chain from them. It is read again when its file changes, and a bad new file never replaces a good one.
/// </summary>
internal sealed class ServerCertificate
{
    private readonly string certificateFile;
    private readonly string keyFile;
    private readonly Lock gate = new();
    private readonly ILogger log;
    private SslStreamCertificateContext current;
    private DateTime stamp;
    private DateTime reported;

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
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the certificate {certificateFile} with the key {keyFile} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The certificate of the next handshake, with its key and its intermediates.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (gate)
            {
                if (File.GetLastWriteTimeUtc(certificateFile) == stamp) return current;
                try
                {
                    (current, stamp) = Read();
                }
                catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
                {
                    ReportOnce(e); // half a renewal, or a bad one: the old certificate serves until both files fit
                }

                return current;
            }
        }
    }

    // The time before the content: a file that is replaced in between is read again.
    private (SslStreamCertificateContext, DateTime) Read()
    {
        var written = File.GetLastWriteTimeUtc(certificateFile);
        var leaf = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(certificateFile);
        // Offline: nothing that a certificate names is fetched, neither a missing intermediate nor an OCSP answer.
        return (SslStreamCertificateContext.Create(leaf, all, offline: true), written);
    }

    private void ReportOnce(Exception e)
    {
        var written = File.GetLastWriteTimeUtc(certificateFile);
        if (written == reported) return;
        reported = written;
        log.Write(OperatorEvents.CertificateFault, LogValue.Configured(certificateFile), LogValue.Cause(e));
    }
}
