using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Keys;
using Gatehouse.Settings;

namespace Gatehouse.Outbound.Tokens;

/// <summary>The key that signs assertions by which the gateway authenticates as a client (RFC 7523 §2.2).</summary>
internal sealed class AssertionKey : IDisposable
{
    private const int SmallestRsa = 2048;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly AsymmetricAlgorithm key;
    private readonly string nameOfKey; // the header that names it
    private readonly string name;

    private AssertionKey(AsymmetricAlgorithm key, string nameOfKey, string name) => (this.key, this.nameOfKey, this.name) = (key, nameOfKey, name);

    /// <summary>Reads a private key.</summary>
    /// <param name="pem">The key in PEM, RSA of at least 2,048 bits or P-256.</param>
    /// <param name="reference">The reference, for the message of a fault.</param>
    /// <param name="id">The <c>kid</c>; null for the thumbprint of the key.</param>
    /// <exception cref="InvalidDataException">It is no such key. The message names the reference.</exception>
    public static AssertionKey OfKey(SecretText pem, SecretReference reference, string? id)
    {
        AsymmetricAlgorithm? key = null;
        try
        {
            key = pem.Reveal().Contains("BEGIN EC", StringComparison.Ordinal) ? ECDsa.Create() : Create(pem.Reveal());
            key.ImportFromPem(pem.Reveal());
            if (key is RSA { KeySize: < SmallestRsa } || key is ECDsa { KeySize: not 256 })
                throw new InvalidDataException($"the key {reference} is neither RSA of at least {SmallestRsa} bits nor P-256");
            var taken = new AssertionKey(key, "kid", id ?? ThumbprintOf(key));
            key = null;
            return taken;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"the key {reference} is no private key in PEM, RSA or P-256", fault);
        }
        finally
        {
            key?.Dispose();
        }
    }

    /// <summary>Reads a certificate with its private key.</summary>
    /// <param name="text">PEM with both, or PKCS #12 without password in base64, as Key Vault has it.</param>
    /// <param name="reference">The reference, for the message of a fault.</param>
    /// <exception cref="InvalidDataException">The text has no certificate, or its key is not RSA of at least 2,048 bits. The message names the reference.</exception>
    public static AssertionKey OfCertificate(SecretText text, SecretReference reference)
    {
        try
        {
            using var certificate = text.Reveal().TrimStart().StartsWith("-----BEGIN", StringComparison.Ordinal)
                ? X509Certificate2.CreateFromPem(text.Reveal(), text.Reveal())
                : X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(text.Reveal().ToString()), null, X509KeyStorageFlags.EphemeralKeySet);
            var key = certificate.GetRSAPrivateKey();
            if (key is { KeySize: >= SmallestRsa })
                return new AssertionKey(key, "x5t#S256", Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)));
            key?.Dispose();
            throw new InvalidDataException($"the certificate {reference} has no private RSA key of at least {SmallestRsa} bits");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or FormatException)
        {
            throw new InvalidDataException($"the certificate {reference} is neither PEM with its private key nor PKCS #12 in base64", fault);
        }
    }

    /// <summary>Returns a new assertion. It is valid for 5 minutes and has an id of its own.</summary>
    /// <param name="client">The client id.</param>
    /// <param name="audience">The audience.</param>
    /// <param name="mayBePss">True to sign with PS256 by an RSA key; false for RS256.</param>
    /// <param name="type">The <c>typ</c>.</param>
    /// <param name="time">The clock.</param>
    public string Sign(string client, string audience, bool mayBePss, string type, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow();
        var header = new JsonObject { ["alg"] = key is ECDsa ? "ES256" : mayBePss ? "PS256" : "RS256", ["typ"] = type, [nameOfKey] = name };
        var claims = new JsonObject
        {
            ["aud"] = audience,
            ["iss"] = client,
            ["sub"] = client,
            ["jti"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Life).ToUnixTimeSeconds(),
        };
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Signature(Encoding.ASCII.GetBytes(signed), mayBePss))}";
    }

    /// <inheritdoc />
    public void Dispose() => key.Dispose();

    private byte[] Signature(byte[] text, bool mayBePss) => key is ECDsa curve
        ? curve.SignData(text, HashAlgorithmName.SHA256)
        : ((RSA)key).SignData(text, HashAlgorithmName.SHA256, mayBePss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

    // A key in PKCS #8 does not say its kind in the first line.
    private static AsymmetricAlgorithm Create(ReadOnlySpan<char> pem)
    {
        var curve = ECDsa.Create();
        try
        {
            curve.ImportFromPem(pem);
            return curve;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            curve.Dispose();
            return RSA.Create();
        }
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static string ThumbprintOf(AsymmetricAlgorithm key)
    {
        if (key is RSA rsa)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            return JsonWebKeyThumbprint.OfRsa(numbers.Exponent!, numbers.Modulus!);
        }

        var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
        return JsonWebKeyThumbprint.OfP256(point.X!, point.Y!);
    }
}
