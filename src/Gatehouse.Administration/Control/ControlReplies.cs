using System.Globalization;
using Gatehouse.Administration.Acts;
using Gatehouse.Text;

namespace Gatehouse.Administration.Control;

/// <summary>Outcomes of acts as answers on the control socket, with the sentences that commands print.</summary>
internal static class ControlReplies
{
    /// <summary>Returns the answer to a request of one or several acts.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="row">The row of the act; null for one without a row, and where there was none.</param>
    public static ControlReply Of(IReadOnlyList<ActionOutcome> outcomes, ActRow? row = null)
    {
        var last = outcomes[^1];
        if (last.Refusal is { } refusal) return Of(refusal);
        var reply = row is not null
            ? Of(row, last.Value!)
            : outcomes.Count == 1
            ? Of(last.Value!)
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

    private static string? Searched(ReadScope scope) => scope switch
    {
        ReadScope.Own => "only your own entries were searched",
        ReadScope.Groups => "only your own entries and those of groups that you may read were searched",
        _ => null,
    };

    private static string? CountedOf(ReadScope scope) => scope switch
    {
        ReadScope.Own => "only your own entries were counted",
        ReadScope.Groups => "only your own entries and those of groups that you may read were counted",
        _ => null,
    };

    private static string? Examined(ReadScope scope) => scope switch
    {
        ReadScope.Own => "only your own calls were examined; lost entries and logs were not",
        ReadScope.Groups => "only your own calls and those of groups that you may read were examined; lost entries and logs were not",
        _ => null,
    };

    private static ControlReply Of(ActRow row, object result)
    {
        var about = result as ActResult;
        return new ControlReply
        {
            Ok = true, Message = about?.Sentence, OutsideRemark = about?.OutsideRemark, Remarks = about is null ? null : OrNull(about.Remarks), Remedy = about?.Remedy, Value = row.WriteResult(result),
        };
    }

    private static ControlReply Of(object result) => result switch
    {
        CommandList list => new ControlReply { Ok = true, Commands = list.Commands },
        LogPage page => new ControlReply
        {
            Ok = true,
            Entries = page.Page.Entries,
            Next = page.Page.Next,
            Last = page.Page.Last,
            Requests = page.Requests.Count > 0 ? page.Requests : null,
            Message = string.Join("; ", new[] { Searched(page.Scope), page.Absent }.OfType<string>()) is { Length: > 0 } text ? text : null,
        },
        LogCounts counts => new ControlReply
        {
            Ok = true,
            Counts = counts.Counts,
            Message = CountedOf(counts.Scope),
        },
        LogGapsFound found => new ControlReply
        {
            Ok = true,
            Gaps = found.Report,
            Message = Examined(found.Scope),
        },
        PersonErased erased => ErasureReply.Of(erased),
        _ => ControlReply.Done(Sentence(result)),
    };

    private static IReadOnlyList<string>? OrNull(IReadOnlyList<string> remarks) => remarks.Count > 0 ? remarks : null;

    private static string Sentence(object result) => result switch
    {
        CommandApproved approved => $"{approved.Server} may start",
        CommandRevoked revoked => $"{revoked.Digest[..12]} needs a new approval before its next start; running servers continue until their host ends",
        ClockConfirmed confirmed => confirmed.ToString(),
        LogIndexRebuilt rebuilt => $"the index was deleted and built from the log; it has {Counted.Of(rebuilt.Entries, "entry", "entries")}",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result.GetType(), "the socket has no words for this result"),
    };
}
