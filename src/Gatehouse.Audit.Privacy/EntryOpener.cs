using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Audit.Privacy;

/// <summary>Opens the personal facts of entries whose keys are there.</summary>
public sealed class EntryOpener(SubjectKeys keys) : IEntryOpener
{
    /// <inheritdoc />
    public string State => keys.State;

    /// <inheritdoc />
    public JsonElement Open(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("personal"u8, out var personal)
            || personal.ValueKind != JsonValueKind.Array)
            return entry;
        var opened = Opened(Id(entry), personal);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            var names = new HashSet<string>(StringComparer.Ordinal) { PersonalFacts.PartWords };
            foreach (var member in entry.EnumerateObject().Where(member => !member.NameEquals("personal"u8) && names.Add(member.Name)))
            {
                if (member.NameEquals("parts"u8)) PartsWithWords.Write(json, member, opened.Facts);
                else member.WriteTo(json);
            }

            foreach (var member in opened.Facts.SelectMany(static facts => facts.EnumerateObject()).Where(member => names.Add(member.Name)))
                member.WriteTo(json);
            WriteNames(json, "who"u8, opened.Who);
            WriteNames(json, "closed"u8, opened.Closed);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private (List<string> Who, List<string> Closed, List<JsonElement> Facts) Opened(string id, JsonElement personal)
    {
        List<string> who = [], closed = [];
        List<JsonElement> opened = [];
        foreach (var one in personal.EnumerateArray())
        {
            var (pseudonym, box) = (Text(one, "who"u8), Text(one, "box"u8));
            who.Add(pseudonym);
            if (keys.Find(pseudonym)?.Open(box, id) is not { } plain)
            {
                closed.Add(pseudonym);
                continue;
            }

            using var facts = JsonDocument.Parse(plain);
            opened.Add(facts.RootElement.Clone());
        }

        return (who, closed, opened);
    }

    private static void WriteNames(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<string> pseudonyms)
    {
        if (pseudonyms.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var one in pseudonyms) json.WriteStringValue(one);
        json.WriteEndArray();
    }

    private static string Id(JsonElement entry) => Text(entry, "id"u8);

    private static string Text(JsonElement from, ReadOnlySpan<byte> name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";
}
