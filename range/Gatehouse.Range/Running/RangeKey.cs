using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Range.Running;

/// <summary>A client's key, which tokens can be bound to (RFC 9449).</summary>
internal sealed class RangeKey
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The thumbprint of the key (RFC 7638).</summary>
    public string Thumbprint => ThumbprintOf(X, Y);

    private string X => Base64Url.EncodeToString(key.ExportParameters(false).Q.X);

    private string Y => Base64Url.EncodeToString(key.ExportParameters(false).Q.Y);

    /// <summary>A proof that this key's holder sends a token.</summary>
    public string Prove(string method, string url, string token, string? nonce)
    {
        var claims = new Dictionary<string, object>
        {
            ["jti"] = RandomNumberGenerator.GetHexString(16),
            ["htm"] = method,
            ["htu"] = url,
            ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token))),
        };
        if (nonce is not null) claims["nonce"] = nonce;
        return RangeIssuer.Sign(
            new { alg = "ES256", typ = "dpop+jwt", jwk = new { kty = "EC", crv = "P-256", x = X, y = Y } }, claims,
            input => key.SignData(input, HashAlgorithmName.SHA256));
    }

    /// <summary>The thumbprint of the key that a proof brings along, if that key signed it; null otherwise.</summary>
    public static string? SignerOf(string? proof)
    {
        if (proof?.Split('.') is not [var header, var claims, var signature]) return null;
        var jwk = JsonDocument.Parse(Base64Url.DecodeFromChars(header)).RootElement.GetProperty("jwk");
        var (x, y) = (jwk.GetProperty("x").GetString()!, jwk.GetProperty("y").GetString()!);
        using var signer = ECDsa.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) }
            });
        return signer.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256)
            ? ThumbprintOf(x, y) : null;
    }

    private static string ThumbprintOf(string x, string y) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
}
