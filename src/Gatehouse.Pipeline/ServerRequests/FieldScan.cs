using Gatehouse.Pipeline.ServerRequests.Words;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>The scan of one field of a form.</summary>
internal static class FieldScan
{
    private const int LongestText = 4096;

    /// <summary>Returns the kind of input of the field; null for a field that a flat form cannot have.</summary>
    public static FieldKind? Kind(ReadOnlySpan<byte> bytes, ByteRange field)
    {
        if (Has(bytes, field, "properties"u8) || Has(bytes, field, "$ref"u8) || Has(bytes, field, "allOf"u8)) return null;
        var type = JsonWalk.TryFindMember(bytes, field, "type"u8, out var value) ? JsonWalk.String(bytes, value) : null;
        return type switch
        {
            "boolean" => FieldKind.Choice,
            "integer" or "number" => FieldKind.Number,
            "string" => HasChoices(bytes, field) ? FieldKind.Choice : FieldKind.Text,
            "array" => JsonWalk.TryFindMember(bytes, field, "items"u8, out var items) && bytes[items.Start] == (byte)'{'
                && HasChoices(bytes, items) ? FieldKind.Choice : null,
            null => HasChoices(bytes, field) ? FieldKind.Choice : FieldKind.Text,
            _ => null,
        };
    }

    /// <summary>
    /// Returns the reason why the field is refused: it asks for a secret by its name, title, description or format, or is too long to be read. Null
    /// otherwise.
    /// </summary>
    public static string? Refuses(ReadOnlySpan<byte> bytes, JsonMember field, FieldKind kind)
    {
        if (kind == FieldKind.Choice) return null;
        if (Text(bytes, field.Value, "format"u8) == "password") return FormScan.AsksForASecret;
        var name = JsonWalk.String(bytes, field.Name);
        string?[] texts = [Text(bytes, field.Value, "title"u8), Text(bytes, field.Value, "description"u8)];
        foreach (var words in (string?[])[name, .. texts])
        {
            if (words is null) continue;
            if (words.Length > LongestText) return FormScan.TooLong;
            if (SecretWords.NamedBy(words, kind == FieldKind.Number) is null) continue;
            if (ReferenceEquals(words, name) && Array.TrueForAll(texts, text => text is null || text.Length <= LongestText)
                && SecretWords.IsExplained(words, texts.OfType<string>(), kind == FieldKind.Number)) continue;
            return FormScan.AsksForASecret;
        }

        return null;
    }

    private static bool HasChoices(ReadOnlySpan<byte> bytes, ByteRange owner)
    {
        if (JsonWalk.TryFindMember(bytes, owner, "enum"u8, out var given)) return bytes[given.Start] == (byte)'[';
        return AreAllConstants(bytes, owner, "oneOf"u8) || AreAllConstants(bytes, owner, "anyOf"u8);
    }

    private static bool AreAllConstants(ReadOnlySpan<byte> bytes, ByteRange owner, ReadOnlySpan<byte> name)
    {
        if (!JsonWalk.TryFindMember(bytes, owner, name, out var list) || bytes[list.Start] != (byte)'[') return false;
        foreach (var choice in JsonWalk.Elements(bytes, list))
        {
            if (bytes[choice.Start] != (byte)'{' || !JsonWalk.TryFindMember(bytes, choice, "const"u8, out _)) return false;
        }

        return true;
    }

    private static bool Has(ReadOnlySpan<byte> bytes, ByteRange owner, ReadOnlySpan<byte> name) => JsonWalk.TryFindMember(bytes, owner, name, out _);

    private static string? Text(ReadOnlySpan<byte> bytes, ByteRange owner, ReadOnlySpan<byte> name) =>
        JsonWalk.TryFindMember(bytes, owner, name, out var value) ? JsonWalk.String(bytes, value) : null;
}
