using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EntraLocalServer;

/// <summary>Makes the one client for HTTP.</summary>
public static class TrustedHttp
{
    private const int LargestAnswer = 256 * 1024;

    /// <summary>Makes a client that follows no redirects, so that a token goes to the host it was meant for (CWE-601).</summary>
    /// <param name="certificateFile">A certificate to trust, in place of those of the system; null for those of the system.</param>
    /// <exception cref="InvalidOperationException">The file cannot be read, or holds no certificate.</exception>
    public static HttpClient Create(string? certificateFile)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (certificateFile is not null)
        {
            try
            {
                var policy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck, // a test certificate has no revocation list
                };
                policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(certificateFile));
                handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                throw new InvalidOperationException($"Entra:TrustedCertificateFile '{certificateFile}' cannot be read as a certificate. Use a PEM file, or leave it out.", exception);
            }
        }

        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = LargestAnswer };
    }
}
