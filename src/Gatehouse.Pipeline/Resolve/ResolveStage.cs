using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Resolve;

/// <summary>
/// The stage that resolves the handles in the message. It opens the gateway's envelopes, so that the message that is decided on and inspected is the
/// message that is forwarded. It refuses handles of another caller: a request may continue only operations that belong to its caller (H03, H04, X01).
/// </summary>
public sealed class ResolveStage(IStateHandles handles) : IStage
{
    private const string TaskStatus = "notifications/tasks/status";

    /// <inheritdoc />
    public string Name => "resolve";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Message is not { } message) return new(StageOutcome.Continue);
        return SpeaksOfTask(message) ? ResolveTaskAsync(exchange, message, cancellation) : new(OpenHandle(exchange, message));
    }

    // Most messages name no task, and need no lookup.
    private static bool SpeaksOfTask(ValidatedMessage message) =>
        message.Method == TaskStatus || RelatedTask.TryRead(message, out _);

    private async ValueTask<StageOutcome> ResolveTaskAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        await NamesTaskOfAnotherAsync(exchange, message, cancellation).ConfigureAwait(false)
            ? StageOutcome.Deny(NotFound.Refusal(exchange, PolicyTarget.None, "task of another caller, or none"))
            : OpenHandle(exchange, message);

    private StageOutcome OpenHandle(Exchange exchange, ValidatedMessage message)
    {
        if (message.Method == "tasks/list" && message.Has(EnvelopeMember.ParamsCursor))
            return Open(exchange, message, EnvelopeMember.ParamsCursor, Reasons.CursorRefused);
        return exchange.IsModern && message.Has(EnvelopeMember.ParamsRequestState)
            ? Open(exchange, message, EnvelopeMember.ParamsRequestState, Reasons.StateRefused)
            : StageOutcome.Continue;
    }

    // The authorize stage decides about operations on a task. A message may also say that it belongs to a task, or report the state of one. A request
    // may name only a task of the caller. An answer or a notification may also name a task that the client itself created for the server (MCP
    // 2025-11-25, tasks), so only a task that is known as another caller's is refused.
    private async ValueTask<bool> NamesTaskOfAnotherAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        if (message.Method == TaskStatus
            && (message.Text(EnvelopeMember.ParamsTaskId) is not { } named
            || await handles.IsOfAnotherAsync(exchange, named, cancellation).ConfigureAwait(false))) return true;
        if (!RelatedTask.TryRead(message, out var related)) return false;
        if (related is null) return true;
        return message.Kind == MessageKind.Request
            ? !await handles.OwnsTaskAsync(exchange, related, cancellation).ConfigureAwait(false)
            : await handles.IsOfAnotherAsync(exchange, related, cancellation).ConfigureAwait(false);
    }

    private StageOutcome Open(Exchange exchange, ValidatedMessage message, EnvelopeMember slot, Reason refused)
    {
        if (message.Text(slot) is not { } envelope || handles.OpenState(exchange, envelope) is not { } state) return StageOutcome.Deny(refused);
        var merger = new EditMerger(message);
        merger.Add([MessageEdit.Replace(message.Range(slot), state)], Name);
        if (merger.Apply(exchange.Server.RequestBytes) is not { } resolved) return StageOutcome.Deny(refused);
        exchange.Record.Add(
            new AuditPart(AuditPartKind.Change, AuditOutcome.Restored, slot == EnvelopeMember.ParamsCursor ? "cursor" : "request-state"));
        exchange.Message = resolved;
        return StageOutcome.Continue;
    }
}
