using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Differences;

/// <summary>A whole definition for a person to read: every member and value, one a line, with invisible characters written out.</summary>
public static class DefinitionText
{
    /// <summary>Returns the lines, as a lock file has them; what that form leaves unseen is escaped too.</summary>
    public static IReadOnlyList<string> Lines(ServerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var canonical = new ArrayBufferWriter<byte>();
        CanonicalJson.WriteValidated(definition.Bytes, definition.Range, canonical, CanonicalNumbers.Exact);
        using var document = JsonDocument.Parse(canonical.WrittenMemory, new JsonDocumentOptions { MaxDepth = 128 });
        return [.. Encoding.UTF8.GetString(PlainJson.Write(document.RootElement)).TrimEnd('\n').Split('\n').Select(VisibleText.Guard)];
    }
}
