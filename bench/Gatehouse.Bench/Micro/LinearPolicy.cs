using Gatehouse.Policy;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Bench.Micro;

/// <summary>The plain way to decide: ask each rule in turn. What the tables of the decision point are measured against.</summary>
internal static class LinearPolicy
{
    public static bool IsPermitted(PolicyRule[] rules, PolicySubject subject, in PolicyRequest request)
    {
        var permitted = false;
        foreach (var rule in rules)
        {
            if (!(rule.Servers?.Contains(request.Server) ?? true) || !(rule.Tools?.Contains(request.Name!) ?? true)
                || !(rule.Who?.Matches(subject) ?? true)) continue;
            if (rule.Forbids) return false;
            permitted = true;
        }

        return permitted;
    }
}
