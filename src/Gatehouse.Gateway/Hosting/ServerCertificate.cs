using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The listener's certificate; read anew when its file changes, and a bad new file never replaces a good one.</summary>
internal sealed class ServerCertificate
{
    private readonly string certificateFile;
    private readonly string keyFile;
    private readonly Lock gate = new();
    private X509Certificate2 current;
    private DateTime stamp;

    /// <exception cref="InvalidDataException">The files cannot be read as a certificate and its key.</exception>
    public ServerCertificate(string certificateFile, string keyFile)
    {
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

    public X509Certificate2 Current
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
                    // Half a renewal: the old certificate serves until both files fit.
                }

                return current;
            }
        }
    }

    private (X509Certificate2, DateTime) Read() =>
        (X509Certificate2.CreateFromPemFile(certificateFile, keyFile), File.GetLastWriteTimeUtc(certificateFile));
}
