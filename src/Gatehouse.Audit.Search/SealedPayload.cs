using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Audit.Search;

/// <summary>The sealed payload of an entry. It stays in the log: an index or an answer has the entry without it.</summary>
internal static class SealedPayload
{
    /// <summary>Returns an entry without its sealed payload; the same bytes where it has none.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="json">The entry as bytes.</param>
    public static ReadOnlyMemory<byte> Without(JsonElement entry, ReadOnlyMemory<byte> json)
    {
        if (!entry.TryGetProperty("sealed", out _)) return json;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in entry.EnumerateObject().Where(member => !member.NameEquals("sealed"u8))) member.WriteTo(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
