using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>A key pair of an issuer that the tests play.</summary>
internal sealed class TestKey
{
    private readonly AsymmetricAlgorithm key;

    private TestKey(string keyId, string algorithm, AsymmetricAlgorithm key)
    {
        KeyId = keyId;
        Algorithm = algorithm;
        this.key = key;
    }

    public string KeyId { get; }

    public string Algorithm { get; }

    public static TestKey Es256(string keyId) => new(keyId, "ES256", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static TestKey Es384(string keyId) => new(keyId, "ES384", ECDsa.Create(ECCurve.NamedCurves.nistP384));

    public static TestKey Rs256(string keyId, int bits = 2048) => new(keyId, "RS256", RSA.Create(bits));

    /// <summary>The same key pair under another algorithm.</summary>
    public TestKey As(string algorithm) => new(KeyId, algorithm, key);

    /// <summary>The public key in the form that an attacker would use as an HMAC secret.</summary>
    public byte[] PublicKeyPem() => Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem());

    /// <summary>The public half as a JSON Web Key.</summary>
    public JsonObject PublicJwk(bool withAlgorithm = true)
    {
        var jwk = key is ECDsa ecdsa ? EllipticJwk(ecdsa) : RsaJwk((RSA)key);
        jwk["kid"] = KeyId;
        jwk["use"] = "sig";
        if (withAlgorithm)
            jwk["alg"] = Algorithm;
        return jwk;
    }

    /// <summary>Signs as the algorithm says.</summary>
    public byte[] Sign(string signingInput) => Sign(Encoding.ASCII.GetBytes(signingInput), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public byte[] SignAsDer(string signingInput) => Sign(Encoding.ASCII.GetBytes(signingInput), DSASignatureFormat.Rfc3279DerSequence);

    private byte[] Sign(byte[] input, DSASignatureFormat format) => key switch
    {
        ECDsa ecdsa => ecdsa.SignData(input, Hash(), format),
        RSA rsa => rsa.SignData(input, Hash(), Algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss
            : RSASignaturePadding.Pkcs1),
        _ => throw new InvalidOperationException("There is no other kind of key."),
    };

    private HashAlgorithmName Hash() => new($"SHA{Algorithm[2..]}");

    private static JsonObject EllipticJwk(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = $"P-{key.KeySize}",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    private static JsonObject RsaJwk(RSA key)
    {
        var parameters = key.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }
}
