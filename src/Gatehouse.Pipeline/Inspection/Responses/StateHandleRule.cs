using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that binds a server's handles for later requests to the caller that receives them: request state is sealed in an envelope of the gateway
/// (H03, H04), and a new task is claimed for its caller (X01, X02).
/// </summary>
internal sealed class StateHandleRule(IStateHandles handles) : IResponseRule
{
    public string Name => "state-handles";

    public async ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        if (message.Kind != MessageKind.Result || exchange.Message is null) return RuleVerdict.Pass;
        var claim = !TaskRule.IsOfTasks(exchange) && TaskId(message) is { } task
            ? await handles.ClaimTaskAsync(exchange, task, cancellation).ConfigureAwait(false)
            : TaskClaim.Own;
        if (claim != TaskClaim.Own)
            return RuleVerdict.Refuse(Reasons.ResultRefused, claim == TaskClaim.OfAnother ? "task-of-another-caller" : "task-owner-not-kept");
        if (!exchange.IsModern || !message.Has(EnvelopeMember.ResultRequestState)) return RuleVerdict.Pass;
        var envelope = handles.SealState(exchange, message.Raw(EnvelopeMember.ResultRequestState));
        return RuleVerdict.Edit(
            MessageEdit.Replace(message.Range(EnvelopeMember.ResultRequestState), System.Text.Encoding.ASCII.GetBytes('"' + envelope + '"')));
    }

    private static string? TaskId(ValidatedMessage message)
    {
        if (message.Text(EnvelopeMember.ResultTaskId) is { } direct) return direct;
        if (!message.IsObject(EnvelopeMember.ResultTask)) return null;
        var bytes = message.Bytes.Span;
        return JsonWalk.TryFindMember(bytes, message.Range(EnvelopeMember.ResultTask), "taskId"u8, out var id) ? JsonWalk.String(bytes, id) : null;
    }
}
