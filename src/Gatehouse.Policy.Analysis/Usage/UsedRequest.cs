using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.PartialEvaluations;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>Equal permitted requests, and the permits that admit them for certain.</summary>
internal sealed class UsedRequest
{
    private readonly PolicyKnowledge known;
    private readonly PolicySubject subject;
    private readonly string? held;

    public UsedRequest(RecordedRequest request, PolicyKnowledge known, IReadOnlyList<PolicyRule> rules)
    {
        Request = request;
        this.known = known with { Held = null };
        subject = request.Caller.ToSubject();
        held = known.Held is null ? null : request.RuleId;
        Rules = [.. rules.Where(rule => !rule.Forbids && Admits(rule, rule.Id)).Select(rule => rule.Id)];
    }

    public RecordedRequest Request { get; }

    public IReadOnlyList<string> Rules { get; }

    public int Count { get; private set; }

    public DateTimeOffset Last { get; private set; }

    public void Note(DateTimeOffset at)
    {
        Count++;
        if (at > Last) Last = at;
    }

    /// <summary>
    /// Returns true when a permit admits the request for certain. The conditions of the permit that decided are known to have held.
    /// </summary>
    public bool Admits(PolicyRule rule, string original) =>
        RulePartialEvaluation.Of(original == held ? rule with { When = [] } : rule, subject, Request.Request, known).Must;
}
