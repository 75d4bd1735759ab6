using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Outbound;

/// <summary>
/// The one factory of outgoing HTTP handlers (design rule 3): no cookies, redirects, environment proxy, decompression or ambient credentials. A
/// connection uses exactly the address that was judged, so that a name cannot change between check and use.
/// </summary>
public sealed class OutboundHandlers(INameResolver resolver, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Authorities that replace those of the system; only for tests.</summary>
    internal X509Certificate2Collection? Roots { get; init; }

    /// <summary>Creates a handler.</summary>
    /// <param name="trust">The origin of the URL.</param>
    /// <param name="pins">SHA-256 of accepted public keys (SPKI), base64; empty accepts the authorities that the system trusts.</param>
    /// <param name="connectTimeout">Time limit to connect.</param>
    public SocketsHttpHandler Create(DestinationTrust trust, IReadOnlyList<string> pins, TimeSpan connectTimeout) =>
        Create(trust, pins, connectTimeout, null);

    /// <summary>Creates a handler that accepts no certificate which is revoked, or whose revocation state has no current source.</summary>
    internal SocketsHttpHandler Create(DestinationTrust trust, IReadOnlyList<string> pins, TimeSpan connectTimeout, UpstreamRevocations? revocations)
    {
        ArgumentNullException.ThrowIfNull(pins);
        return new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
            Proxy = null,
            AutomaticDecompression = DecompressionMethods.None,
            Credentials = null,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = 64,
            ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, trust, cancellation),
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = ChainPolicy(),
                RemoteCertificateValidationCallback = Judge(pins, revocations),
            },
        };
    }

    // Threat: a certificate names addresses of further certificates and of revocation lists. The platform would fetch them with its own client,
    // before it trusts the certificate. A server, or an attacker who answers in its place, could make the gateway send requests to any address
    // (CWE-918, design rule 3).
    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (Roots is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(Roots);
        return policy;
    }

    private RemoteCertificateValidationCallback? Judge(IReadOnlyList<string> pins, UpstreamRevocations? revocations)
    {
        if (pins.Count > 0) return (_, certificate, _, _) => IsPinned(certificate, pins, time.GetUtcNow());
        if (revocations is null) return null;
        return (_, _, chain, errors) =>
        {
            if (errors != SslPolicyErrors.None) return false;
            return revocations.WhyRefused(chain) is { } why ? throw new DestinationRefusedException(why) : true;
        };
    }

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint destination, DestinationTrust trust, CancellationToken cancellation)
    {
        var addresses = await resolver.ResolveAsync(destination.Host, cancellation).ConfigureAwait(false);
        var allowed = addresses.Where(a => AddressRules.Allows(a, trust)).ToArray();
        if (allowed.Length == 0)
            throw new DestinationRefusedException($"no address of {destination.Host} may be connected to");
        SocketException? last = null;
        foreach (var address in allowed)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, destination.Port, cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last!;
    }

    // A pin replaces the whole chain: only the named key is trusted, which also serves private CAs. The certificate's validity period still counts:
    // an expired certificate is no longer maintained.
    private static bool IsPinned(X509Certificate? certificate, IReadOnlyList<string> pins, DateTimeOffset now)
    {
        if (certificate is null) return false;
        using var owned = certificate as X509Certificate2 is null ? new X509Certificate2(certificate) : null;
        var shown = certificate as X509Certificate2 ?? owned!;
        if (now < shown.NotBefore || now > shown.NotAfter) return false;
        var digest = SHA256.HashData(shown.PublicKey.ExportSubjectPublicKeyInfo());
        return pins.Any(pin => CryptographicOperations.FixedTimeEquals(Decode(pin), digest));
    }

    private static byte[] Decode(string pin)
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(pin, bytes, out var written) && written == bytes.Length ? bytes : [];
    }
}
