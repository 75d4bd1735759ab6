using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Explaining;

/// <summary>The check whether rules could permit a request to any subject.</summary>
public static class PermitCoverage
{
    /// <summary>
    /// Returns whether a permit is about the server, the target and the direction of a request. Subjects and conditions are not asked. A permit of
    /// which that cannot be decided permits nothing.
    /// </summary>
    public static bool Has(IEnumerable<PolicyRule> rules, PolicyRequest request) => Of(rules, request).Any();

    /// <summary>Returns the permits that <see cref="Has"/> finds.</summary>
    public static IEnumerable<PolicyRule> Of(IEnumerable<PolicyRule> rules, PolicyRequest request)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return rules.Where(rule => !rule.Forbids && rule.SpeaksOf(request.Direction) && (rule.Servers?.Contains(request.Server) ?? true)
            && RuleCoverage.Judge(rule, request) == Ternary.True);
    }
}
