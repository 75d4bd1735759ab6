using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Capabilities;

/// <summary>
/// The reader of <c>capabilities</c> in the answer to <c>initialize</c> or <c>server/discover</c> (MCP 2025-11-25, lifecycle; 2026-07-28, discovery).
/// </summary>
public static class ServerCapabilityReader
{
    /// <summary>Reads the server's capabilities; none when it declares none.</summary>
    public static ServerCapabilities Read(ValidatedMessage answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (!answer.IsObject(EnvelopeMember.ResultCapabilities)) return ServerCapabilities.None;
        var bytes = answer.Bytes.Span;
        var range = answer.Range(EnvelopeMember.ResultCapabilities);
        return (JsonWalk.TryFindMember(bytes, range, "logging"u8, out _) ? ServerCapabilities.Logging : ServerCapabilities.None)
            | (Has(bytes, range, "tools"u8, "listChanged"u8) ? ServerCapabilities.ToolsChanged : ServerCapabilities.None)
            | (Has(bytes, range, "prompts"u8, "listChanged"u8) ? ServerCapabilities.PromptsChanged : ServerCapabilities.None)
            | (Has(bytes, range, "resources"u8, "listChanged"u8) ? ServerCapabilities.ResourcesChanged : ServerCapabilities.None)
            | (Has(bytes, range, "resources"u8, "subscribe"u8) ? ServerCapabilities.Updates : ServerCapabilities.None);
    }

    /// <summary>Returns the capability that a server must have declared to send the notification; none for other notifications.</summary>
    public static ServerCapabilities Needed(string? notification) => notification switch
    {
        "notifications/message" => ServerCapabilities.Logging,
        "notifications/tools/list_changed" => ServerCapabilities.ToolsChanged,
        "notifications/prompts/list_changed" => ServerCapabilities.PromptsChanged,
        "notifications/resources/list_changed" => ServerCapabilities.ResourcesChanged,
        "notifications/resources/updated" => ServerCapabilities.Updates,
        _ => ServerCapabilities.None,
    };

    private static bool Has(ReadOnlySpan<byte> bytes, ByteRange range, ReadOnlySpan<byte> capability, ReadOnlySpan<byte> part) =>
        JsonWalk.TryFindMember(bytes, range, capability, out var found)
        && bytes[found.Start] == (byte)'{'
        && JsonWalk.TryFindMember(bytes, found, part, out var value)
        && value.Of(bytes).SequenceEqual("true"u8);
}
