using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Audit.Privacy;

/// <summary>
/// The parts of an entry for a reader with the key: the sealed text that a server or another party chose is at the end of the detail of its part.
/// </summary>
internal static class PartsWithWords
{
    /// <summary>Writes the member <c>parts</c> of an entry.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="parts">The member, as it is in the log.</param>
    /// <param name="facts">The opened boxes of the entry.</param>
    public static void Write(Utf8JsonWriter json, JsonProperty parts, IReadOnlyList<JsonElement> facts)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (parts.Value.ValueKind != JsonValueKind.Array || WordsOf(facts) is not { } words)
        {
            parts.WriteTo(json);
            return;
        }

        json.WriteStartArray(parts.Name);
        var at = 0;
        foreach (var part in parts.Value.EnumerateArray())
        {
            var text = Text(words, at.ToString(CultureInfo.InvariantCulture));
            at++;
            if (text is not null && part.ValueKind == JsonValueKind.Object) WriteOne(json, part, text);
            else part.WriteTo(json);
        }

        json.WriteEndArray();
    }

    private static void WriteOne(Utf8JsonWriter json, JsonElement part, string words)
    {
        json.WriteStartObject();
        var detail = Text(part, "detail");
        foreach (var member in part.EnumerateObject().Where(static member => !member.NameEquals("detail"u8))) member.WriteTo(json);
        json.WriteString("detail"u8, detail is null ? words : $"{detail} {words}");
        json.WriteEndObject();
    }

    private static JsonElement? WordsOf(IReadOnlyList<JsonElement> facts)
    {
        foreach (var one in facts)
        {
            if (one.ValueKind == JsonValueKind.Object && one.TryGetProperty(PersonalFacts.PartWords, out var words)
                && words.ValueKind == JsonValueKind.Object) return words;
        }

        return null;
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
