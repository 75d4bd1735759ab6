using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EntraStandIn;

/// <summary>A signed token in compact form.</summary>
/// <param name="Header">The header.</param>
/// <param name="Claims">The claims.</param>
/// <param name="Signed">The octets under the signature.</param>
/// <param name="Signature">The signature.</param>
public sealed record Jwt(JsonElement Header, JsonElement Claims, byte[] Signed, byte[] Signature)
{
    private const int MaximumLength = 16 * 1024;

    /// <summary>Writes a token with RS256.</summary>
    /// <param name="key">The key.</param>
    /// <param name="keyId">Its id in the key set.</param>
    /// <param name="claims">The claims.</param>
    /// <param name="nonce">For tokens of Microsoft Graph, which only Graph may read: the signature covers a hash of it. Null for others.</param>
    public static string Write(RSA key, string keyId, JsonObject claims, string? nonce = null)
    {
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = keyId };
        if (nonce is not null) header["nonce"] = nonce;
        var body = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
        var written = $"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header))}.{body}";
        if (nonce is not null) header["nonce"] = Hashed(nonce);
        var signed = Encoding.ASCII.GetBytes($"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header))}.{body}");
        return $"{written}.{Base64Url.EncodeToString(key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>Reads a token without checking it; null for what is none.</summary>
    public static Jwt? Read(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 3 || text.Length > MaximumLength || !parts.All(static part => Base64Url.IsValid(part))) return null;
        try
        {
            return new Jwt(JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])), JsonElement.Parse(Base64Url.DecodeFromChars(parts[1])),
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True if this key made the signature, with RS256 or PS256 as the header says (CWE-347).</summary>
    public bool IsSignedBy(RSA key) => Text(Header, "alg") switch
    {
        "RS256" => key.VerifyData(SignedOctets(), Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "PS256" => key.VerifyData(SignedOctets(), Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        _ => false,
    };

    /// <summary>A claim that is text; null where there is none.</summary>
    public string? Claim(string name) => Text(Claims, name);

    /// <summary>True if a claim that is a list has the value.</summary>
    public bool Has(string name, string value) => Claims.ValueKind == JsonValueKind.Object && Claims.TryGetProperty(name, out var claim)
        && claim.ValueKind == JsonValueKind.Array
        && claim.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(value));

    /// <summary>A value of the header that is text; null where there is none.</summary>
    public string? HeaderOf(string name) => Text(Header, name);

    /// <summary>True if the token is valid at this moment, and not for longer than the given time from now.</summary>
    public bool IsTimely(DateTimeOffset now, TimeSpan longest) =>
        Seconds("exp") is { } end && end > now.ToUnixTimeSeconds() && end <= (now + longest).ToUnixTimeSeconds()
        && (Seconds("nbf") ?? 0) <= now.ToUnixTimeSeconds() + 300;

    // MSAL writes the times of its assertions as texts, which Entra accepts.
    private long? Seconds(string name) =>
        Claims.ValueKind == JsonValueKind.Object && Claims.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    private byte[] SignedOctets()
    {
        if (HeaderOf("nonce") is not { } nonce) return Signed;
        var header = JsonObject.Create(Header)!;
        header["nonce"] = Hashed(nonce);
        var body = Encoding.ASCII.GetString(Signed).Split('.')[1];
        return Encoding.ASCII.GetBytes($"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header))}.{body}");
    }

    private static string Hashed(string nonce) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(nonce)));

    private static string? Text(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
