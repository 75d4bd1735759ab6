using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Policy;

namespace Gatehouse.Pipeline.Stages;

/// <summary>What the external decision point answered, as parts of the record: the outcome, whether it was remembered, and how long it took.</summary>
internal static class ExternalParts
{
    private const int MostParts = 4;

    /// <summary>Why nothing passes without a decision; null where there is one.</summary>
    public static Reason? ReasonOf(ExternalOutcome? outcome) => outcome switch
    {
        ExternalOutcome.Down => Reasons.DecisionPointDown,
        ExternalOutcome.Slow => Reasons.DecisionPointSlow,
        ExternalOutcome.Fault => Reasons.DecisionPointFault,
        ExternalOutcome.ObligationUnknown => Reasons.ObligationUnfulfilled,
        _ => null,
    };

    public static void Add(Exchange exchange, in Questions questions)
    {
        var added = 0;
        for (var at = 0; at < questions.Count && added < MostParts; at++)
        {
            if (questions.Decision(at).External is not { } external) continue;
            var outcome = external.IsFault ? "fault" : questions.Decision(at).IsPermitted ? "permit" : "deny";
            var waited = ((long)external.Waited.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
            exchange.Record.Add(new AuditPart("decision", outcome, external.Reason, external.IsRemembered ? "remembered" : $"asked:{waited}us"));
            added++;
        }
    }
}
