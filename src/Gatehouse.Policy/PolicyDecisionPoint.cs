namespace Gatehouse.Policy;

/// <summary>
/// Decides by the rules of one snapshot: a forbid that applies wins, then a permit, otherwise the answer is deny.
/// Immutable and safe for any number of callers.
/// </summary>
public sealed class PolicyDecisionPoint
{
    private readonly PolicyRule[] forbids;
    private readonly PolicyRule[] permits;

    /// <summary>Compiles the rules. Their order does not matter.</summary>
    public PolicyDecisionPoint(IEnumerable<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var all = rules.ToArray();
        forbids = [.. all.Where(r => r.Forbids)];
        permits = [.. all.Where(r => !r.Forbids)];
    }

    /// <summary>A policy without rules: everything is denied.</summary>
    public static PolicyDecisionPoint DenyAll { get; } = new([]);

    /// <summary>The verdict and the rule that made it.</summary>
    public PolicyDecision Decide(PolicySubject subject, in PolicyRequest request)
    {
        ArgumentNullException.ThrowIfNull(subject);
        foreach (var rule in forbids)
        {
            if (rule.IsAbout(subject, request.Server) && rule.Covers(request))
                return new PolicyDecision(PolicyEffect.Forbid, rule.Id);
        }

        foreach (var rule in permits)
        {
            if (rule.IsAbout(subject, request.Server) && rule.Covers(request))
                return new PolicyDecision(PolicyEffect.Permit, rule.Id);
        }

        return new PolicyDecision(PolicyEffect.Deny, null);
    }
}
