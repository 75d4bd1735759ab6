using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy.Decisions;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>The answers of the external decision point as parts of the record: the outcome, whether it was cached, and its duration.</summary>
internal static class ExternalDecisionAudit
{
    private const int MostParts = 4;

    /// <summary>Returns the reason for a refusal without a decision; null when there is a decision.</summary>
    public static Reason? ReasonOf(ExternalOutcome? outcome) => outcome switch
    {
        ExternalOutcome.Down => Reasons.DecisionPointDown,
        ExternalOutcome.Slow => Reasons.DecisionPointSlow,
        ExternalOutcome.Fault => Reasons.DecisionPointFault,
        ExternalOutcome.ObligationUnknown => Reasons.ObligationUnfulfilled,
        _ => null,
    };

    public static void Add(Exchange exchange, in PolicyEvaluations questions)
    {
        var added = 0;
        for (var at = 0; at < questions.Count && added < MostParts; at++)
        {
            if (questions.Decision(at).External is not { } external) continue;
            var outcome = external.IsFault ? AuditOutcome.Fault : questions.Decision(at).IsPermitted ? AuditOutcome.Permit : AuditOutcome.Deny;
            exchange.Record.Add(
                new AuditPart(AuditPartKind.Decision, outcome, external.Reason, external.IsRemembered ? "remembered" : Waited(external)));
            added++;
        }
    }

    /// <summary>Adds one part for a whole list: the worst outcome of its questions, their duration, and their number.</summary>
    public static void AddList(Exchange exchange, PolicyDecision[] decisions)
    {
        var asked = decisions.Where(decision => decision.External is not null).Select(decision => decision.External!).ToList();
        if (asked.Count == 0) return;
        var slowest = asked.MaxBy(external => external.Waited)!;
        var fault = asked.FirstOrDefault(external => external.IsFault);
        exchange.Record.Add(new AuditPart(
            AuditPartKind.Decision, fault is null ? AuditOutcome.List : AuditOutcome.Fault, fault?.Reason ?? "decision-point",
            asked.All(external => external.IsRemembered) ? "remembered" : Waited(slowest), asked.Count));
    }

    private static string Waited(ExternalDecision external) =>
        $"asked:{((long)external.Waited.TotalMicroseconds).ToString(CultureInfo.InvariantCulture)}us";
}
