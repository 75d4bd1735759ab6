using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Resolve;

/// <summary>The task that a message says it belongs to (MCP 2025-11-25, tasks, related task metadata).</summary>
internal static class RelatedTask
{
    /// <summary>Whether <c>_meta</c> names a task, and which; null for one whose id is no text.</summary>
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
