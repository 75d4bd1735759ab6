using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>A token in the making: good as it is, bad after one change.</summary>
internal sealed class TokenDraft
{
    public TokenDraft(TestKey key, string issuer, string audience, DateTimeOffset now)
    {
        Key = key;
        Header = new JsonObject { ["alg"] = key.Algorithm, ["typ"] = "at+jwt", ["kid"] = key.KeyId };
        Claims = new JsonObject
        {
            ["iss"] = issuer,
            ["sub"] = "alice",
            ["aud"] = audience,
            ["client_id"] = "cli",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["jti"] = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)),
            ["scope"] = "mcp:read mcp:tools",
        };
    }

    public TestKey Key { get; set; }

    public JsonObject Header { get; }

    public JsonObject Claims { get; }

    /// <summary>Takes the place of the header's JSON.</summary>
    public string? RawHeader { get; set; }

    /// <summary>Takes the place of the claims' JSON.</summary>
    public string? RawClaims { get; set; }

    /// <summary>Takes the place of the signature.</summary>
    public Func<string, byte[]>? Signer { get; set; }

    /// <summary>Changes the finished token.</summary>
    public Func<string, string>? Afterwards { get; set; }

    public string Write()
    {
        var input = $"{Part(RawHeader ?? Header.ToJsonString())}.{Part(RawClaims ?? Claims.ToJsonString())}";
        var token = $"{input}.{Base64Url.EncodeToString((Signer ?? Key.Sign)(input))}";
        return Afterwards is null ? token : Afterwards(token);
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
