using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>A request that continues something continues what belongs to its caller (H03, H04, X01).</summary>
internal static class StateHandleCheck
{
    public static StageOutcome Apply(Exchange exchange, ProvenMessage message, IStateHandles handles)
    {
        if (NamesTaskOfAnother(exchange, message, handles))
            return StageOutcome.Deny(NotFound.Refusal(exchange, PolicyTarget.None, "task of another caller, or none"));
        if (message.Method == "tasks/list" && message.Has(Slot.ParamsCursor)) return Open(exchange, message, handles, Slot.ParamsCursor, Reasons.CursorRefused);
        return exchange.IsModern && message.Has(Slot.ParamsRequestState)
            ? Open(exchange, message, handles, Slot.ParamsRequestState, Reasons.StateRefused)
            : StageOutcome.Continue;
    }

    // What is asked of a task was judged by authorize. A message may besides say that it belongs to a task, or tell the state of one: a
    // request only of a task of the caller's own; an answer or a notification also of one that the client itself made for the server
    // (MCP 2025-11-25, tasks), so that only a task known as another's is refused.
    private static bool NamesTaskOfAnother(Exchange exchange, ProvenMessage message, IStateHandles handles)
    {
        if (message.Method == "notifications/tasks/status" && (message.Text(Slot.ParamsTaskId) is not { } told || handles.IsOfAnother(exchange, told))) return true;
        if (!RelatedTask.TryRead(message, out var related)) return false;
        return related is null || (message.Kind == MessageKind.Request ? !handles.OwnsTask(exchange, related) : handles.IsOfAnother(exchange, related));
    }

    private static StageOutcome Open(Exchange exchange, ProvenMessage message, IStateHandles handles, Slot slot, Reason refused)
    {
        if (message.Text(slot) is not { } envelope || handles.OpenState(exchange, envelope) is not { } state) return StageOutcome.Deny(refused);
        var splice = new MessageSplice(message);
        splice.Replace(message.Range(slot), state);
        exchange.Record.Add(new Audit.AuditPart("change", "restored", slot == Slot.ParamsCursor ? "cursor" : "request-state"));
        exchange.Message = splice.ApplyAndProve(ProofLimits.Default with { MaxBytes = exchange.Server.RequestBytes });
        return StageOutcome.Continue;
    }
}
