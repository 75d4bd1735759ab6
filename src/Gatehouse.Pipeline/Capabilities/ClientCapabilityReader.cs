using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Capabilities;

/// <summary>The reader of capabilities in <c>params.capabilities</c> (legacy) or <c>_meta</c> (modern).</summary>
public static class ClientCapabilityReader
{
    /// <summary>Reads the capabilities at the slot; none when it is absent or not an object.</summary>
    public static ClientCapabilities Read(ValidatedMessage message, EnvelopeMember slot)
    {
        ArgumentNullException.ThrowIfNull(message);
        var bytes = message.Bytes.Span;
        var range = message.Range(slot);
        if (range.IsAbsent || bytes[range.Start] != (byte)'{') return ClientCapabilities.None;
        var found = ClientCapabilities.None;
        if (JsonWalk.TryFindMember(bytes, range, "sampling"u8, out var sampling)) found |= Sampling(bytes, sampling);
        if (JsonWalk.TryFindMember(bytes, range, "roots"u8, out _)) found |= ClientCapabilities.Roots;
        if (JsonWalk.TryFindMember(bytes, range, "elicitation"u8, out var elicitation)) found |= Elicitation(bytes, elicitation);
        if (HasTasks(bytes, range)) found |= ClientCapabilities.Tasks;
        return found;
    }

    /// <summary>Writes the capabilities as a client declares them in the legacy era; the inverse of <see cref="Read"/>.</summary>
    public static string Write(ClientCapabilities capabilities)
    {
        List<string> members = [];
        if (capabilities.HasFlag(ClientCapabilities.Sampling))
            members.Add(capabilities.HasFlag(ClientCapabilities.SamplingTools) ? "\"sampling\":{\"tools\":{}}" : "\"sampling\":{}");
        if (capabilities.HasFlag(ClientCapabilities.Roots)) members.Add("\"roots\":{}");
        var form = capabilities.HasFlag(ClientCapabilities.Elicitation);
        var url = capabilities.HasFlag(ClientCapabilities.UrlElicitation);
        if (form && url) members.Add("\"elicitation\":{\"form\":{},\"url\":{}}");
        else if (form) members.Add("\"elicitation\":{}");
        else if (url) members.Add("\"elicitation\":{\"url\":{}}");
        if (capabilities.HasFlag(ClientCapabilities.Tasks)) members.Add("\"tasks\":{}");
        return "{" + string.Join(',', members) + "}";
    }

    private static ClientCapabilities Sampling(ReadOnlySpan<byte> bytes, ByteRange range) =>
        bytes[range.Start] == (byte)'{' && JsonWalk.TryFindMember(bytes, range, "tools"u8, out _)
            ? ClientCapabilities.Sampling | ClientCapabilities.SamplingTools
            : ClientCapabilities.Sampling;

    // An empty object means form, as in revisions before URL elicitation.
    private static ClientCapabilities Elicitation(ReadOnlySpan<byte> bytes, ByteRange range)
    {
        if (bytes[range.Start] != (byte)'{') return ClientCapabilities.None;
        var url = JsonWalk.TryFindMember(bytes, range, "url"u8, out _);
        var form = JsonWalk.TryFindMember(bytes, range, "form"u8, out _);
        return (url ? ClientCapabilities.UrlElicitation : ClientCapabilities.None)
            | (form || !url ? ClientCapabilities.Elicitation : ClientCapabilities.None);
    }

    private static bool HasTasks(ReadOnlySpan<byte> bytes, ByteRange range) =>
        JsonWalk.TryFindMember(bytes, range, "tasks"u8, out _)
        || (JsonWalk.TryFindMember(bytes, range, "extensions"u8, out var extensions)
            && bytes[extensions.Start] == (byte)'{'
            && JsonWalk.TryFindMember(bytes, extensions, "io.modelcontextprotocol/tasks"u8, out _));
}
