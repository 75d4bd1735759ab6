using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Stages;
using Gatehouse.Policy;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>What a decision point said about the entries of one list. What it was not asked about is not shown.</summary>
internal sealed class ListDecisions
{
    private readonly HashSet<PolicyRequest> permitted = [];
    private readonly PolicyDecision[] decisions;

    public ListDecisions(IReadOnlyList<PolicyRequest> questions, PolicyDecision[] decisions)
    {
        this.decisions = decisions;
        for (var at = 0; at < decisions.Length; at++)
        {
            if (decisions[at].IsPermitted) permitted.Add(questions[at]);
            if (decisions[at].External is { IsFault: true } external) Fault ??= ExternalParts.ReasonOf(external.Outcome);
        }
    }

    /// <summary>Why there is no decision about an entry; null when there is one about each.</summary>
    public Reason? Fault { get; }

    public bool IsPermitted(in PolicyRequest request) => permitted.Contains(request);

    /// <summary>One part for the whole list: how the worst of the questions ended, and how many there were.</summary>
    public void Note(ExchangeRecord record)
    {
        var asked = decisions.Where(decision => decision.External is not null).Select(decision => decision.External!).ToList();
        if (asked.Count == 0) return;
        var slowest = asked.MaxBy(external => external.Waited)!;
        var worst = asked.FirstOrDefault(external => external.IsFault) ?? slowest;
        var waited = ((long)slowest.Waited.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
        record.Add(new AuditPart("decision", worst.IsFault ? "fault" : "list", worst.IsFault ? worst.Reason : "decision-point", asked.All(external => external.IsRemembered) ? "remembered" : $"asked:{waited}us", asked.Count));
    }
}
