using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Writes key set documents.</summary>
internal static class TestKeySet
{
    public static byte[] Document(params JsonObject[] keys)
    {
        var array = new JsonArray();
        foreach (var key in keys)
            array.Add(key.DeepClone());
        return Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = array }.ToJsonString());
    }

    public static byte[] Document(params TestKey[] keys) => Document([.. keys.Select(key => key.PublicJwk())]);

    public static JsonWebKeySet Of(params TestKey[] keys) => JsonWebKeySet.Parse(Document(keys));
}
