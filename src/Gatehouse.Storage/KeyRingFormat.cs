using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Storage;

/// <summary>The JSON of a key ring: <c>{"version":1,"keys":[{"id":…,"created":…,"key":…}]}</c>, oldest key first.</summary>
internal static class KeyRingFormat
{
    /// <summary>The version written; one newer is still read.</summary>
    public const int Version = 1;

    /// <summary>The most bytes of a ring.</summary>
    public const int MostBytes = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <param name="json">UTF-8.</param>
    /// <param name="name">The source, as the subject of a sentence.</param>
    /// <exception cref="KeyRingException">It is no key ring. Its content is not shown.</exception>
    public static IReadOnlyList<RingKey> Parse(ReadOnlySpan<byte> json, string name)
    {
        if (json.Length > MostBytes)
            throw Refusal(name, $"is longer than {MostBytes} bytes");
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Strict);
            return Keys(document.RootElement, name);
        }
        catch (JsonException)
        {
            // Without the inner exception: its message can repeat the faulty text.
            throw Refusal(name, "is no JSON, or names a member twice");
        }
    }

    /// <summary>Returns the ring as JSON. A secret.</summary>
    public static byte[] Write(IReadOnlyList<RingKey> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteStartArray("keys");
            foreach (var key in keys)
                Write(writer, key);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Returns the version that a ring of the newest readable version names itself.</summary>
    public static int ReadVersion(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Strict);
            return VersionOf(document.RootElement, name);
        }
        catch (JsonException)
        {
            throw Refusal(name, "is no JSON, or names a member twice");
        }
    }

    private static void Write(Utf8JsonWriter writer, RingKey key)
    {
        writer.WriteStartObject();
        writer.WriteString("id", key.Id);
        writer.WriteString("created", key.Created.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        writer.WriteString("key", key.Export());
        writer.WriteEndObject();
    }

    private static List<RingKey> Keys(JsonElement root, string name)
    {
        var isOurs = VersionOf(root, name) == Version;
        if (!root.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is < 1 or > KeyRing.MostKeys)
            throw Refusal(name, $"has no list of 1 to {KeyRing.MostKeys} keys");
        // A newer version may have members that this code does not know; in its own an unknown member is a slip.
        if (isOurs && root.EnumerateObject().Any(member => member.Name is not ("version" or "keys")))
            throw Refusal(name, "has a member beside 'version' and 'keys'");
        var keys = list.EnumerateArray().Select((entry, index) => Key(entry, name, index + 1, isOurs)).ToList();
        RefuseDisorder(keys, name);
        return keys;
    }

    private static int VersionOf(JsonElement root, string name)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var member)
            || member.ValueKind != JsonValueKind.Number || !member.TryGetInt32(out var version) || version < 1)
            throw Refusal(name, "names no version");
        if (version > Version + 1)
            throw new KeyRingException($"{name} has version {version}; this program reads up to {Version + 1}. Run the newer program.");
        return version;
    }

    private static RingKey Key(JsonElement entry, string name, int number, bool isOurs)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || (isOurs && entry.EnumerateObject().Any(member => member.Name is not ("id" or "created" or "key"))))
            throw Refusal(name, $"has no key of 'id', 'created' and 'key' at place {number}");
        var id = Hex(Text(entry, "id"));
        var key = Base64(Text(entry, "key"));
        var hasMoment = DateTimeOffset.TryParse(
            Text(entry, "created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var created);
        if (id?.Length != RingKey.IdBytes || key?.Length != RingKey.KeyBytes || !hasMoment)
            throw Refusal(name, $"has no valid key at place {number} (id of 16 hexadecimal digits, moment, 32 bytes in base64)");
        return new(id, created, key);
    }

    private static void RefuseDisorder(List<RingKey> keys, string name)
    {
        if (keys.Select(key => key.Id).Distinct().Count() != keys.Count)
            throw Refusal(name, "names a key twice");
        if (keys.Zip(keys.Skip(1)).Any(pair => pair.First.Created > pair.Second.Created))
            throw Refusal(name, "does not list its keys from the oldest to the newest");
    }

    private static string? Text(JsonElement entry, string member) =>
        entry.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Hex(string? text) =>
        text is { Length: RingKey.IdBytes * 2 } && text.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(text) : null;

    private static byte[]? Base64(string? text)
    {
        var bytes = new byte[RingKey.KeyBytes + 1];
        return text is not null && Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }

    private static KeyRingException Refusal(string name, string cause) =>
        new($"{name} {cause}. Restore it from a copy, or move it away to begin a new one; what the old one sealed then no longer opens.");
}
