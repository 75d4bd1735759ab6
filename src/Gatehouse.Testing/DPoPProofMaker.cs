using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gatehouse.Testing;

/// <summary>A client with a key of its own that makes proofs of possession (RFC 9449 §4.2), good ones and, by a change, bad ones.</summary>
public sealed class DPoPProofMaker : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TimeProvider time;

    /// <summary>Makes a client with a new ES256 key.</summary>
    /// <param name="time">The clock of <c>iat</c>.</param>
    public DPoPProofMaker(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{X}}","y":"{{Y}}"}""")));
    }

    /// <summary>The thumbprint of the key (RFC 7638), for <c>cnf.jkt</c>.</summary>
    public string Thumbprint { get; }

    /// <summary>The private key of a proof that breaks the rule against them: base64url of d.</summary>
    public string PrivateValue => Base64Url.EncodeToString(key.ExportParameters(true).D);

    private string X => Base64Url.EncodeToString(key.ExportParameters(false).Q.X);

    private string Y => Base64Url.EncodeToString(key.ExportParameters(false).Q.Y);

    /// <summary>Makes a proof.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="url">The URL.</param>
    /// <param name="token">The access token; null leaves its hash out, as a request to the issuer has it.</param>
    /// <param name="nonce">The nonce; null leaves it out.</param>
    /// <param name="change">Changes header and claims before they are signed.</param>
    public string Make(string method, string url, string? token, string? nonce = null, Action<JsonObject, JsonObject>? change = null)
    {
        var header = new JsonObject
        {
            ["typ"] = "dpop+jwt",
            ["alg"] = "ES256",
            ["jwk"] = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = X, ["y"] = Y },
        };
        var claims = new JsonObject
        {
            ["jti"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            ["htm"] = method,
            ["htu"] = url,
            ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (token is not null) claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        if (nonce is not null) claims["nonce"] = nonce;
        change?.Invoke(header, claims);
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <inheritdoc />
    public void Dispose() => key.Dispose();

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
