using System.Buffers;
using System.Text.Json;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol.Canonical;

namespace Gatehouse.Integrity.Locks;

/// <summary>
/// A writer of lock files for people and version control: servers by name, definitions by kind and name, members in canonical order, one value a
/// line, every list ended by a fixed line. The same content gives the same bytes, and two branches that add different entries merge.
/// </summary>
public static class LockWriter
{
    /// <summary>The last member of each list of entries. No server and no kind has this name.</summary>
    internal const string End = "~";

    /// <summary>Writes the file.</summary>
    public static byte[] Write(LockFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var compact = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(compact))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", LockFile.FormatVersion);
            writer.WriteStartObject("servers");
            foreach (var server in file.Servers.OrderBy(server => server.Name, StringComparer.Ordinal))
                Server(writer, server);
            writer.WriteString(End, "end");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(compact.WrittenMemory, new JsonDocumentOptions { MaxDepth = 128 });
        return PlainJson.Write(document.RootElement);
    }

    /// <summary>Returns the key of an entry: kind and name.</summary>
    internal static string Key(ServerDefinition definition)
    {
        var kind = DefinitionKinds.Text(definition.Kind);
        return DefinitionKinds.IsNamed(definition.Kind) ? $"{kind}/{definition.Name}" : kind;
    }

    private static void Server(Utf8JsonWriter writer, LockedServer server)
    {
        writer.WriteStartObject(server.Name);
        writer.WriteStartObject("source");
        writer.WriteString("kind", server.Source.Kind.ToString().ToLowerInvariant());
        Optional(writer, "registry", server.Source.Registry.Length == 0 ? null : server.Source.Registry);
        writer.WriteString("identity", server.Source.Identity);
        writer.WriteEndObject();
        Optional(writer, "version", server.Version);
        Optional(writer, "integrity", server.Integrity);
        if (server.Command.Count > 0)
        {
            writer.WriteStartArray("command");
            foreach (var argument in server.Command)
                writer.WriteStringValue(argument);
            writer.WriteEndArray();
        }

        Volatile(writer, server.Volatile);
        writer.WriteStartObject("definitions");
        foreach (var definition in server.Definitions.OrderBy(one => Key(one.Definition), StringComparer.Ordinal))
            Definition(writer, definition);
        writer.WriteString(End, "end");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Volatile(Utf8JsonWriter writer, IReadOnlyList<LockedVolatility> rules)
    {
        if (rules.Count == 0)
            return;
        writer.WriteStartArray("volatile");
        foreach (var one in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", DefinitionKinds.Text(one.Rule.Kind));
            writer.WriteString("name", one.Rule.Name);
            writer.WriteString("pointer", one.Rule.Pointer);
            writer.WriteString("pattern", one.Rule.Pattern);
            writer.WriteString("reason", one.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Definition(Utf8JsonWriter writer, LockedDefinition locked)
    {
        writer.WriteStartObject(Key(locked.Definition));
        writer.WriteString("digest", locked.Digest);
        if (locked.Approval is { } approval)
            Approval(writer, approval);
        var canonical = new ArrayBufferWriter<byte>();
        CanonicalJson.WriteValidated(locked.Definition.Bytes, locked.Definition.Range, canonical, CanonicalNumbers.Exact);
        writer.WritePropertyName("definition");
        writer.WriteRawValue(canonical.WrittenSpan, skipInputValidation: true);
        writer.WriteEndObject();
    }

    private static void Approval(Utf8JsonWriter writer, Approval approval)
    {
        writer.WriteStartObject("approval");
        writer.WriteString("by", approval.By);
        writer.WriteString("at", LockTimes.Text(approval.At));
        writer.WriteString("reason", approval.Reason);
        Optional(writer, "expires", approval.Expires is { } expires ? LockTimes.Text(expires) : null);
        if (approval.Signatures.Count > 0)
        {
            writer.WriteStartArray("signatures");
            foreach (var signature in approval.Signatures)
            {
                writer.WriteStartObject();
                writer.WriteString("key", signature.Key);
                writer.WriteString("value", signature.Value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
