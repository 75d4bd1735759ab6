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
        if (!exchange.IsModern) return RuleVerdict.Pass;
        var hasState = message.Has(EnvelopeMember.ResultRequestState);
        if (RoundOf(exchange, message) is { } round)
        {
            return RuleVerdict.Edit(hasState
                ? MessageEdit.Replace(message.Range(EnvelopeMember.ResultRequestState), Quoted(round))
                : MessageEdit.Insert(message.Range(EnvelopeMember.ResultType).End, (byte[])[.. ",\"requestState\":"u8, .. Quoted(round)]));
        }

        return hasState
            ? RuleVerdict.Edit(MessageEdit.Replace(message.Range(EnvelopeMember.ResultRequestState),
                Quoted(handles.SealState(exchange, message.Raw(EnvelopeMember.ResultRequestState)))))
            : RuleVerdict.Pass;
    }

    // A call that a person approved, to which the server answers with questions: the client's answers belong to it, and are no call of their own.
    // Where the server gives no state, one of the gateway's own says so. Without room for it the answers are another call, and a person is asked.
    private string? RoundOf(Exchange exchange, ValidatedMessage message)
    {
        if (exchange.Questions.Approval is not { Id: { } id, RoundsDigest: { IsEmpty: false } digest } || !exchange.MayAskForInput) return null;
        var asks = message.Has(EnvelopeMember.ResultInputRequests) || message.Has(EnvelopeMember.ResultRequestState);
        if (!asks || !message.Is(EnvelopeMember.ResultType, "input_required"u8)) return null;
        var rounds = exchange.Continued is { Kind: StateKind.Round } earlier ? earlier.Rounds + 1 : 1;
        return rounds > RequestState.MostRounds ? null : handles.SealOnce(exchange, new RequestState(StateKind.Round)
        {
            Rounds = rounds,
            ApprovalId = id,
            Digest = digest,
            Server = message.Part(EnvelopeMember.ResultRequestState),
        });
    }

    private static byte[] Quoted(string envelope) => System.Text.Encoding.ASCII.GetBytes('"' + envelope + '"');

    private static string? TaskId(ValidatedMessage message)
    {
        if (message.Text(EnvelopeMember.ResultTaskId) is { } direct) return direct;
        if (!message.IsObject(EnvelopeMember.ResultTask)) return null;
        var bytes = message.Bytes.Span;
        return JsonWalk.TryFindMember(bytes, message.Range(EnvelopeMember.ResultTask), "taskId"u8, out var id) ? JsonWalk.String(bytes, id) : null;
    }
}
