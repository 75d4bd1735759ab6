using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Text;

/// <summary>JSON as the text of a file or the output of a command, with apostrophes as themselves.</summary>
public static class WrittenJson
{
    /// <summary>Returns the text of a node, with indents.</summary>
    public static string Of(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var text = new ArrayBufferWriter<byte>();
        // Options of the serializer would also indent, but they replace the form of a record in the tree.
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true })) node.WriteTo(writer);
        return JsonApostrophe.Restore(Encoding.UTF8.GetString(text.WrittenSpan));
    }

    /// <summary>Returns the text of a node in one line.</summary>
    public static string LineOf(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return JsonApostrophe.Restore(node.ToJsonString());
    }

    /// <summary>Returns an object for scripts: the version of its form, its kind, and the value as the member that is named like the kind.</summary>
    /// <param name="version">Version of the form.</param>
    /// <param name="kind">Kind of the value.</param>
    /// <param name="value">The value.</param>
    public static JsonObject Versioned(int version, string kind, JsonNode? value) => new() { ["version"] = version, ["kind"] = kind, [kind] = value };
}
