using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that a result matches its tool's schema (H23, TP-04), in each way in which it can arrive: as the answer to the call, as the end of a task
/// (X07), or on a resumed stream. The gateway cannot see the server's internal actions, but it forwards no result in an undeclared form.
/// </summary>
internal sealed class ResultSchemaRule(ICatalogue catalogue, IStateHandles handles) : IResponseRule
{
    public string Name => "result-schema";

    // Design rule 10: the result of a task from such a tool needs its definition, even if no request has fetched it yet.
    public async ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        var tool = TaskOf(exchange, message) is { } task ? await handles.ToolOfTaskAsync(exchange, task, cancellation).ConfigureAwait(false) : null;
        if (tool is not null && catalogue.Known(exchange, ListKind.Tools) is null)
            await catalogue.ListAsync(exchange, ListKind.Tools, cancellation).ConfigureAwait(false);
        return message.Kind switch
        {
            MessageKind.Result => JudgeResult(exchange, message, tool),
            MessageKind.Notification when message.Method == "notifications/tasks" => JudgeTaskState(exchange, message, tool),
            _ => RuleVerdict.Pass,
        };
    }

    private RuleVerdict JudgeResult(Exchange exchange, ValidatedMessage message, TaskTool? tool)
    {
        if (exchange.Message is not { } request) return RuleVerdict.Pass; // the correlation rule lets no such message reach this rule
        if (request.Method == "tools/call")
            return IsToBeContinued(exchange, request, message) ? RuleVerdict.Pass : JudgeCall(exchange, message, exchange.Tool);
        if (tool is null || DeclaredNothing(exchange, tool)) return RuleVerdict.Pass;
        return request.Method == "tasks/result"
            ? Decide(exchange, message,
            Deviation(exchange, message, OfTask(exchange, tool), message.Range(EnvelopeMember.ResultStructuredContent),
                message.Raw(EnvelopeMember.ResultIsError)), refuses: true)
            : JudgeInner(exchange, message, message.Range(EnvelopeMember.ResultResult), tool, refuses: true);
    }

    // The task whose result the message contains; null for none.
    private static string? TaskOf(Exchange exchange, ValidatedMessage message) => message.Kind switch
    {
        MessageKind.Result when exchange.Message is { Method: "tasks/result" } request => request.Text(EnvelopeMember.ParamsTaskId),
        MessageKind.Result when exchange.Message is { Method: "tasks/get" or "tasks/update" or "tasks/cancel" } request
            && message.IsObject(EnvelopeMember.ResultResult) => request.Text(EnvelopeMember.ParamsTaskId),
        MessageKind.Notification when message.Method == "notifications/tasks" && Inner(message, "result"u8) is { IsAbsent: false } =>
            Inner(message, "taskId"u8) is { IsAbsent: false } id ? JsonWalk.String(message.Bytes.Span, id) : null,
        _ => null,
    };

    private static ByteRange Inner(ValidatedMessage message, ReadOnlySpan<byte> name) =>
        message.IsObject(EnvelopeMember.Params)
            && JsonWalk.TryFindMember(message.Bytes.Span, message.Range(EnvelopeMember.Params), name, out var found) ? found : default;

    // SEP-2322, SEP-2663: a result that asks for input, or that is a task, is not the tool's own yet. In the legacy era a result is a task only if
    // the client asked for one, so a member of that name exempts nothing.
    private static bool IsToBeContinued(Exchange exchange, ValidatedMessage request, ValidatedMessage message) => exchange.IsModern
        ? message.Is(EnvelopeMember.ResultType, "input_required"u8) || message.Is(EnvelopeMember.ResultType, "task"u8)
        : request.Has(EnvelopeMember.ParamsTask) && message.IsObject(EnvelopeMember.ResultTask);

    private RuleVerdict JudgeCall(Exchange exchange, ValidatedMessage message, ToolDefinition? tool) =>
        tool?.Output is { } schema
            ? Decide(exchange, message,
            Deviation(exchange, message, schema, message.Range(EnvelopeMember.ResultStructuredContent), message.Raw(EnvelopeMember.ResultIsError)),
            refuses: true)
            : RuleVerdict.Pass;

    private RuleVerdict JudgeTaskState(Exchange exchange, ValidatedMessage message, TaskTool? tool) =>
        tool is not null && !DeclaredNothing(exchange, tool)
            ? JudgeInner(exchange, message, Inner(message, "result"u8), tool, refuses: false)
            : RuleVerdict.Pass;

    private RuleVerdict JudgeInner(Exchange exchange, ValidatedMessage message, ByteRange inner, TaskTool tool, bool refuses)
    {
        var bytes = message.Bytes.Span;
        if (bytes[inner.Start] != (byte)'{') return RuleVerdict.Pass; // no result of a tool
        JsonWalk.TryFindMember(bytes, inner, "structuredContent"u8, out var content);
        var isError = JsonWalk.TryFindMember(bytes, inner, "isError"u8, out var flag) ? flag.Of(bytes) : default;
        return Decide(exchange, message, Deviation(exchange, message, OfTask(exchange, tool), content, isError), refuses);
    }

    // A failed call may lack the content. If it has content, that must match; otherwise a server could avoid the check by marking everything as an
    // error. A definition that no longer exists matches nothing.
    private static SchemaViolation? Deviation(
        Exchange exchange, ValidatedMessage message, ToolSchema? schema, ByteRange content, ReadOnlySpan<byte> isError)
    {
        if (schema is null) return SchemaViolation.Unusable;
        if (!content.IsAbsent) return schema.Check(message, content, exchange.Work);
        return isError.SequenceEqual("true"u8) ? null : SchemaViolation.Missing;
    }

    private RuleVerdict Decide(Exchange exchange, ValidatedMessage message, SchemaViolation? deviation, bool refuses)
    {
        if (deviation is null) return RuleVerdict.Pass;
        if (exchange.Server.Schemas.Output == EnforcementMode.Record)
        {
            exchange.Record.Add(deviation.PartOf(AuditOutcome.Warn, Name));
            return RuleVerdict.Pass;
        }

        return refuses ? RuleVerdict.Refuse(new Refusal(Reasons.ResultMisfit, deviation.Rule) { Words = deviation.Place })
            : RuleVerdict.Drop(deviation.Rule) with { Part = deviation.PartOf(AuditOutcome.Drop, Name) };
    }

    // The definition as it is known now: the call may have been made hours ago, by another process.
    private ToolSchema? OfTask(Exchange exchange, TaskTool tool) =>
        catalogue.Known(exchange,
            ListKind.Tools)?.Entries.FirstOrDefault(entry => entry.Tool?.Output is not null && tool.IsWithSchema(entry.Name))?.Tool?.Output;

    // True when the tool declared no output schema when it was called; then its task's result has none to match. A tool that is no longer in the list
    // counts as one that declared a schema.
    private bool DeclaredNothing(Exchange exchange, TaskTool tool) =>
        catalogue.Known(exchange, ListKind.Tools)?.Entries.FirstOrDefault(entry => tool.Is(entry.Name)) is { } entry
            && !tool.IsWithSchema(entry.Name);
}
