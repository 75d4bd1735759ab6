using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Resolve;

/// <summary>The task that a message names as its own (MCP 2025-11-25, tasks, related task metadata).</summary>
internal static class RelatedTask
{
    /// <summary>Reads the task that <c>_meta</c> names; false when it names none. The id is null when it is no text.</summary>
    public static bool TryRead(ValidatedMessage message, out string? taskId)
    {
        taskId = null;
        var meta = message.Kind == MessageKind.Result ? EnvelopeMember.ResultMeta : EnvelopeMember.ParamsMeta;
        var bytes = message.Bytes.Span;
        if (!message.IsObject(meta) || !JsonWalk.TryFindMember(bytes, message.Range(meta), "io.modelcontextprotocol/related-task"u8, out var related))
            return false;
        if (bytes[related.Start] == (byte)'{' && JsonWalk.TryFindMember(bytes, related, "taskId"u8, out var id)) taskId = JsonWalk.String(bytes, id);
        return true;
    }
}
