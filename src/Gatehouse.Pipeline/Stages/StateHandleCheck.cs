using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>A request that continues something continues what belongs to its caller (H03, H04, X01).</summary>
internal static class StateHandleCheck
{
    public static StageOutcome Apply(Exchange exchange, ProvenMessage message, IStateHandles handles)
    {
        if (exchange.Method?.NameSlot == Slot.ParamsTaskId || message.Method == "tasks/result")
        {
            var owned = message.Text(Slot.ParamsTaskId) is { } task && handles.OwnsTask(exchange, task);
            if (!owned) return StageOutcome.Deny(NotFound.Refusal(exchange, PolicyTarget.None, "task of another caller, or none"));
        }

        return exchange.IsModern && message.Has(Slot.ParamsRequestState)
            ? OpenState(exchange, message, handles)
            : StageOutcome.Continue;
    }

    private static StageOutcome OpenState(Exchange exchange, ProvenMessage message, IStateHandles handles)
    {
        if (message.Text(Slot.ParamsRequestState) is not { } envelope || handles.OpenState(exchange, envelope) is not { } state)
            return StageOutcome.Deny(Reasons.StateRefused);
        var splice = new MessageSplice(message);
        splice.Replace(message.Range(Slot.ParamsRequestState), state);
        exchange.Record.Add(new Audit.AuditPart("change", "restored", "request-state"));
        exchange.Message = splice.ApplyAndProve(ProofLimits.Default with { MaxBytes = exchange.Server.RequestBytes });
        return StageOutcome.Continue;
    }
}
