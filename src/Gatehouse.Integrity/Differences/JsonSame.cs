using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Differences;

/// <summary>Sameness as digests have it: equal canonical forms.</summary>
internal static class JsonSame
{
    public static bool Same(JsonElement one, JsonElement other) => Canonical(one).AsSpan().SequenceEqual(Canonical(other));

    private static byte[] Canonical(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value).ToArray();
        var output = new ArrayBufferWriter<byte>(raw.Length);
        CanonicalJson.WriteValidated(raw, new ByteRange(0, raw.Length), output, CanonicalNumbers.Exact);
        return output.WrittenSpan.ToArray();
    }
}
