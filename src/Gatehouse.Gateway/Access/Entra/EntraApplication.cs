using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Files;
using Gatehouse.Identity.Bearer;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>
/// The credential of the gateway's application: a secret, or a certificate by which it signs an assertion ("Microsoft identity platform application
/// authentication certificate credentials", learn.microsoft.com; RFC 7523 §2.2).
/// </summary>
/// <param name="settings">The connection.</param>
/// <param name="secrets">Reads the secret.</param>
/// <param name="time">The clock.</param>
internal sealed class EntraApplication(EntraGraphSettings settings, Func<SecretReference, SecretText> secrets, TimeProvider time)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const int MostBytes = 1 << 20; // a certificate with its key has some thousand bytes
    private static readonly TimeSpan AssertionLife = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Checks that the certificates of a configuration can be used, so that a wrong file is reported when the configuration is read.
    /// </summary>
    /// <exception cref="InvalidDataException">One cannot. The message names the files.</exception>
    public static void Require(GatewaySettings configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var graph in configuration.Issuers.Select(static issuer => issuer.Graph))
        {
            if (graph is { CertificateFile: not null }) ReadCertificate(graph).Dispose();
        }
    }

    /// <summary>Returns the form of a request for a token (RFC 6749 §4.4.2). The caller overwrites it after use.</summary>
    /// <param name="endpoint">The token endpoint, which is the audience of the assertion.</param>
    /// <param name="scope">The scope.</param>
    /// <exception cref="InvalidDataException">Secret or certificate cannot be read.</exception>
    public byte[] Form(Uri endpoint, string scope)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var form = new StringBuilder("grant_type=client_credentials&client_id=").Append(Uri.EscapeDataString(settings.ClientId))
            .Append("&scope=").Append(Uri.EscapeDataString(scope));
        if (settings.Secret is { } secret) form.Append("&client_secret=").Append(Uri.EscapeDataString(secrets(secret).Reveal().ToString()));
        else
            form.Append("&client_assertion_type=").Append(Uri.EscapeDataString(AssertionType)).Append("&client_assertion=").Append(Assertion(endpoint));
        return Encoding.ASCII.GetBytes(form.ToString());
    }

    private string Assertion(Uri endpoint)
    {
        using var certificate = ReadCertificate(settings);
        using var key = certificate.GetRSAPrivateKey()!;
        var now = time.GetUtcNow();
        var header = new JsonObject
        {
            ["alg"] = "PS256",
            ["typ"] = "JWT",
            ["x5t#S256"] = Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)),
        };
        var claims = new JsonObject
        {
            ["aud"] = endpoint.AbsoluteUri,
            ["iss"] = settings.ClientId,
            ["sub"] = settings.ClientId,
            ["jti"] = Ids.New(time),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + AssertionLife).ToUnixTimeSeconds(),
        };
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))}";
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static X509Certificate2 ReadCertificate(EntraGraphSettings graph)
    {
        try
        {
            RequirePrivate(graph.KeyFile!);
            var certificate = X509Certificate2.CreateFromPem(ReadText(graph.CertificateFile!), ReadText(graph.KeyFile!));
            using var key = certificate.GetRSAPrivateKey();
            if (key is { KeySize: >= 2048 }) return certificate;
            certificate.Dispose();
            throw new InvalidDataException("it has no RSA key of at least 2048 bits, and Entra accepts no other");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException
            or InvalidDataException)
        {
            throw new InvalidDataException(
                $"issuers[].graph: the certificate {graph.CertificateFile} with the key {graph.KeyFile} cannot be used: {e.Message}", e);
        }
    }

    // Threat: another account of this machine signs as the application of the gateway (CWE-732).
    private static void RequirePrivate(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead))
            throw new InvalidDataException($"the key can be read by every account; run: chmod o-r {path}");
    }

    // A pipe in its place would hold the start.
    private static string ReadText(string path) => Encoding.UTF8.GetString(RegularFile.ReadBytes(path, MostBytes));
}
