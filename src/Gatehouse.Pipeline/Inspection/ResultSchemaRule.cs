using Gatehouse.Audit;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Listing;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// Does the result fit what its tool declares (H23, TP-04)? However it arrives: as the answer to the call, as the end of a task
/// (X07), or on a stream that is resumed. What the server does inside cannot be seen, but what it says in a shape that it never
/// announced goes no further.
/// </summary>
internal sealed class ResultSchemaRule(ICatalogue catalogue, IStateHandles handles) : IResponseRule
{
    public string Name => "result-schema";

    // Design rule 10: the result of a task that came of such a tool needs its definition, also where nobody asked for it yet.
    public async ValueTask PrepareAsync(Exchange exchange, ProvenMessage message, CancellationToken cancellation)
    {
        if (TaskOf(exchange, message) is not { } task || handles.ToolOfTask(exchange, task) is null || catalogue.Known(exchange, ListKind.Tools) is not null) return;
        await catalogue.ListAsync(exchange, ListKind.Tools, cancellation).ConfigureAwait(false);
    }

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message) => message.Kind switch
    {
        MessageKind.Result => JudgeResult(exchange, message),
        MessageKind.Notification when message.Method == "notifications/tasks" => JudgeTaskState(exchange, message),
        _ => ResponseVerdict.Pass(message),
    };

    private ResponseVerdict JudgeResult(Exchange exchange, ProvenMessage message)
    {
        if (exchange.Message is not { } request) return ResponseVerdict.Pass(message); // the rule of correlation lets none such come here
        if (request.Method == "tools/call")
            return IsToBeContinued(exchange, request, message) ? ResponseVerdict.Pass(message) : JudgeCall(exchange, message, exchange.Tool);
        if (TaskOf(exchange, message) is not { } task || handles.ToolOfTask(exchange, task) is not { } tool || DeclaredNothing(exchange, tool)) return ResponseVerdict.Pass(message);
        return request.Method == "tasks/result"
            ? Decide(exchange, message, Deviation(message, OfTask(exchange, tool), message.Range(Slot.ResultStructuredContent), message.Raw(Slot.ResultIsError)), refuses: true)
            : JudgeInner(exchange, message, message.Range(Slot.ResultResult), tool, refuses: true);
    }

    // Where the message brings the result of a task: which one.
    private static string? TaskOf(Exchange exchange, ProvenMessage message) => message.Kind switch
    {
        MessageKind.Result when exchange.Message is { Method: "tasks/result" } request => request.Text(Slot.ParamsTaskId),
        MessageKind.Result when exchange.Message is { Method: "tasks/get" or "tasks/update" or "tasks/cancel" } request && message.IsObject(Slot.ResultResult) => request.Text(Slot.ParamsTaskId),
        MessageKind.Notification when message.Method == "notifications/tasks" && Inner(message, "result"u8) is { IsAbsent: false } =>
            Inner(message, "taskId"u8) is { IsAbsent: false } id ? JsonWalk.String(message.Bytes.Span, id) : null,
        _ => null,
    };

    private static ByteRange Inner(ProvenMessage message, ReadOnlySpan<byte> name) =>
        message.IsObject(Slot.Params) && JsonWalk.TryFindMember(message.Bytes.Span, message.Range(Slot.Params), name, out var found) ? found : default;

    // SEP-2322, SEP-2663: a result that asks for input, or that is a task, is not the tool's own yet. In the old era a task is one
    // only where the client asked for one, so that a member of that name excuses nothing.
    private static bool IsToBeContinued(Exchange exchange, ProvenMessage request, ProvenMessage message) => exchange.IsModern
        ? message.Text(Slot.ResultType) is "input_required" or "task"
        : request.Has(Slot.ParamsTask) && message.IsObject(Slot.ResultTask);

    private ResponseVerdict JudgeCall(Exchange exchange, ProvenMessage message, ToolDefinition? tool) =>
        tool?.Output is { } schema
            ? Decide(exchange, message, Deviation(message, schema, message.Range(Slot.ResultStructuredContent), message.Raw(Slot.ResultIsError)), refuses: true)
            : ResponseVerdict.Pass(message);

    private ResponseVerdict JudgeTaskState(Exchange exchange, ProvenMessage message) =>
        TaskOf(exchange, message) is { } task && handles.ToolOfTask(exchange, task) is { } tool && !DeclaredNothing(exchange, tool)
            ? JudgeInner(exchange, message, Inner(message, "result"u8), tool, refuses: false)
            : ResponseVerdict.Pass(message);

    private ResponseVerdict JudgeInner(Exchange exchange, ProvenMessage message, ByteRange inner, TaskTool tool, bool refuses)
    {
        var bytes = message.Bytes.Span;
        if (bytes[inner.Start] != (byte)'{') return ResponseVerdict.Pass(message); // no result of a tool
        JsonWalk.TryFindMember(bytes, inner, "structuredContent"u8, out var content);
        var isError = JsonWalk.TryFindMember(bytes, inner, "isError"u8, out var flag) ? flag.Of(bytes) : default;
        return Decide(exchange, message, Deviation(message, OfTask(exchange, tool), content, isError), refuses);
    }

    // A failed call may lack the content; where it has one, that fits, or else a server would only have to call everything an error.
    // A definition that is not there any more fits nothing.
    private static SchemaDeviation? Deviation(ProvenMessage message, ToolSchema? schema, ByteRange content, ReadOnlySpan<byte> isError)
    {
        if (schema is null) return SchemaDeviation.Unusable;
        if (!content.IsAbsent) return schema.Check(message, content);
        return isError.SequenceEqual("true"u8) ? null : SchemaDeviation.Missing;
    }

    private ResponseVerdict Decide(Exchange exchange, ProvenMessage message, SchemaDeviation? deviation, bool refuses)
    {
        if (deviation is null) return ResponseVerdict.Pass(message);
        if (exchange.Server.Schemas.Output == OnDeviation.Record)
        {
            exchange.Record.Add(new AuditPart("detection", "warn", Name, deviation.Rule));
            return ResponseVerdict.Pass(message);
        }

        return refuses ? ResponseVerdict.Refuse(Reasons.ResultMisfit, deviation.Rule) : ResponseVerdict.Drop(deviation.Rule);
    }

    // The definition as it is known now: the call may have been made hours ago, by another process.
    private ToolSchema? OfTask(Exchange exchange, TaskTool tool) =>
        catalogue.Known(exchange, ListKind.Tools)?.Entries.FirstOrDefault(entry => entry.Tool?.Output is not null && tool.IsWithSchema(entry.Name))?.Tool?.Output;

    // True when the tool declared nothing about its results when it was called; then there is nothing to hold the result of its task to.
    // One that is not in the list any more counts as one that did.
    private bool DeclaredNothing(Exchange exchange, TaskTool tool) =>
        catalogue.Known(exchange, ListKind.Tools)?.Entries.FirstOrDefault(entry => tool.Is(entry.Name)) is { } entry && !tool.IsWithSchema(entry.Name);
}
