using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Versions of the event model as they are read (design rule 16): an older entry becomes one of the newest version, an entry that is newer
/// by one version is read as it is, because the model only grows, and anything newer is refused.
/// </summary>
internal static class EntryVersions
{
    /// <summary>The newest version that is read.</summary>
    public const int Newest = AuditEntry.ModelVersion + 1;

    /// <summary>The first version whose facts about persons are sealed.</summary>
    public const int FirstWithBoxes = 3;

    // What version 1 called a detection though no detector of content was involved: a rule of the gateway was broken. Version 1
    // is closed, so the list is. "others", of records with more parts than are kept, is in neither: version 1 did not say which they were.
    private static readonly FrozenSet<string> RulesOfVersion1 = FrozenSet.Create(
        StringComparer.Ordinal,
        "asks", "cache-scope", "capabilities", "client-notification", "correlation", "definitions", "hidden-names", "icon-scheme", "input-schema",
        "input-schema-unusable", "links", "list-changes", "list-order-varies", "list-varies-by-session", "mcp-app", "output-schema-unusable",
        "prompt-arguments", "result-schema", "result-type", "server-message", "state-handles", "tasks", "tool-header-annotation", "updates");

    /// <summary>The version of an entry; null where it has none.</summary>
    public static int? Of(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("v", out var version) && version.ValueKind == JsonValueKind.Number
            && version.TryGetInt32(out var number) && number > 0 ? number : null;

    /// <summary>The entry in the newest version that this program writes; one that is newer stays as it is.</summary>
    public static JsonElement Upgrade(JsonElement entry) => Of(entry) == 1 ? FromVersion1(entry) : entry;

    private static JsonElement FromVersion1(JsonElement entry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            var hasKind = false;
            foreach (var member in entry.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "v":
                        json.WriteNumber("v"u8, 2);
                        break;
                    case "kind" when hasKind: // the act decision.search of version 1 wrote what was searched under a name that was taken
                        json.WritePropertyName("search"u8);
                        member.Value.WriteTo(json);
                        break;
                    case "checks" when member.Value.ValueKind == JsonValueKind.Array:
                        WriteChecks(json, member.Value);
                        break;
                    case "parts" when member.Value.ValueKind == JsonValueKind.Array:
                        WriteParts(json, member.Value);
                        break;
                    default:
                        member.WriteTo(json);
                        break;
                }

                hasKind |= member.NameEquals("kind"u8);
            }

            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    // Version 1 called the stage validate "prove".
    private static void WriteChecks(Utf8JsonWriter json, JsonElement checks)
    {
        json.WriteStartArray("checks"u8);
        foreach (var check in checks.EnumerateArray())
        {
            if (check.ValueKind != JsonValueKind.String) check.WriteTo(json);
            else json.WriteStringValue(check.GetString() switch { "prove" => "validate", "prove:deny" => "validate:deny", var same => same });
        }

        json.WriteEndArray();
    }

    private static void WriteParts(Utf8JsonWriter json, JsonElement parts)
    {
        json.WriteStartArray("parts"u8);
        foreach (var part in parts.EnumerateArray())
        {
            if (!IsRuleOfVersion1(part))
            {
                part.WriteTo(json);
                continue;
            }

            json.WriteStartObject();
            foreach (var member in part.EnumerateObject())
            {
                if (member.NameEquals("kind"u8)) json.WriteString("kind"u8, AuditPartKinds.Text(AuditPartKind.Rule));
                else member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static bool IsRuleOfVersion1(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("detection"u8)
        && part.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String && RulesOfVersion1.Contains(reason.GetString()!);
}
