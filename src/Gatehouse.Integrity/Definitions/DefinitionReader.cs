using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Definitions;

/// <summary>A reader of the definitions in a server's answers.</summary>
public static class DefinitionReader
{
    /// <summary>The member of <c>_meta</c> by which results of the modern era name the answering server (SEP-2575).</summary>
    public static ReadOnlySpan<byte> ServerInfoKey => "io.modelcontextprotocol/serverInfo"u8;

    /// <summary>Reads the entries of a list.</summary>
    /// <param name="kind">The kind of the list's entries, one of the named kinds.</param>
    /// <param name="message">The message.</param>
    /// <param name="result">The range of the member <c>result</c>.</param>
    /// <param name="definitions">The collection to which they are added, in the order of the list.</param>
    /// <returns>The number of entries that cannot be pinned: they have no name that is a text, are no objects, bear a name that came before, or nest
    /// beyond what can be listed. Such an entry is never to be shown.</returns>
    public static int ReadList(DefinitionKind kind, ReadOnlyMemory<byte> message, ByteRange result, ICollection<ServerDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        if (!JsonWalk.TryFindMember(message.Span, result, DefinitionKinds.ListMember(kind), out var list))
            return 0;
        var names = new HashSet<string>(definitions.Where(one => one.Kind == kind).Select(one => one.Name), StringComparer.Ordinal);
        var refused = 0;
        foreach (var entry in JsonWalk.Elements(message.Span, list))
        {
            var name = Name(kind, message.Span, entry);
            if (name is not null && names.Add(name) && ReadableTexts.CanList(new ServerDefinition(kind, name, message, entry)))
                definitions.Add(new ServerDefinition(kind, name, message, entry));
            else
                refused++;
        }

        return refused;
    }

    /// <summary>Reads a server's statements about itself as a whole.</summary>
    /// <param name="message">The message.</param>
    /// <param name="result">The range of the member <c>result</c> of an answer to <c>initialize</c> or <c>server/discover</c>.</param>
    /// <param name="definitions">The collection to which they are added.</param>
    /// <returns>The number of members that cannot be pinned; see <see cref="ReadableTexts.CanList"/>.</returns>
    public static int ReadServer(ReadOnlyMemory<byte> message, ByteRange result, ICollection<ServerDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        var refused = Add(DefinitionKind.Instructions, "instructions"u8, result) + Add(DefinitionKind.Capabilities, "capabilities"u8, result);
        if (JsonWalk.TryFindMember(message.Span, result, "serverInfo"u8, out _)
            || !JsonWalk.TryFindMember(message.Span, result, "_meta"u8, out var meta))
            return refused + Add(DefinitionKind.ServerInfo, "serverInfo"u8, result);
        return refused + Add(DefinitionKind.ServerInfo, ServerInfoKey, meta);

        int Add(DefinitionKind kind, ReadOnlySpan<byte> member, ByteRange within)
        {
            if (!JsonWalk.TryFindMember(message.Span, within, member, out var value))
                return 0;
            var definition = new ServerDefinition(kind, "", message, value);
            if (!ReadableTexts.CanList(definition))
                return 1;
            definitions.Add(definition);
            return 0;
        }
    }

    private static string? Name(DefinitionKind kind, ReadOnlySpan<byte> bytes, ByteRange entry) =>
        JsonWalk.TryFindMember(bytes, entry, DefinitionKinds.NameMember(kind), out var name) ? JsonWalk.String(bytes, name) : null;
}
