using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Tests.Support;

namespace Gatehouse.AuthorizationServer.Tests.Providers.StandIns;

/// <summary>A token in the making: good as it is, bad after one change.</summary>
internal sealed class StandInToken(TestKey key, JsonObject claims, string type)
{
    public JsonObject Header { get; } = new() { ["typ"] = type, ["alg"] = key.Algorithm, ["kid"] = key.KeyId };

    public JsonObject Claims => claims;

    /// <summary>Takes the place of the claims' JSON.</summary>
    public string? RawClaims { get; set; }

    /// <summary>Takes the place of the signature.</summary>
    public Func<string, byte[]> Signer { get; set; } = key.Sign;

    public string Write()
    {
        var input = $"{Part(Header.ToJsonString())}.{Part(RawClaims ?? claims.ToJsonString())}";
        return $"{input}.{Base64Url.EncodeToString(Signer(input))}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
