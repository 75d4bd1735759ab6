using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Administration.Control;

/// <summary>Outcomes of acts as answers on the control socket, with the sentences that commands print.</summary>
internal static class ControlReplies
{
    /// <summary>Returns the answer to a request of one or several acts.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="row">The row of the act.</param>
    public static ControlReply Of(IReadOnlyList<ActionOutcome> outcomes, ActRow row)
    {
        var last = outcomes[^1];
        if (last.Refusal is { } refusal) return Of(refusal);
        var reply = outcomes.Count == 1
            ? row.Reply(last.Value!)
            : ControlReply.Done(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(outcomes.Count, "command")} may start"));
        return outcomes.All(outcome => outcome.IsDurable)
            ? reply
            : reply with { Message = reply.Message is null ? ActionRefusal.NotDurable : $"{reply.Message}; {ActionRefusal.NotDurable}" };
    }

    /// <summary>Returns the answer of a refusal.</summary>
    public static ControlReply Of(ActionRefusal refusal) => ControlReply.Refuse(refusal.Message, refusal.Remedy) with
    {
        Faults = refusal.Faults,
        Error = refusal.Missing is null ? null : RequiredAuthentication.Error,
        AcrValues = refusal.Missing is { AcrValues.Count: > 0 } missing ? string.Join(' ', missing.AcrValues) : null,
        MaxAge = refusal.Missing?.MaxAge,
    };
}
