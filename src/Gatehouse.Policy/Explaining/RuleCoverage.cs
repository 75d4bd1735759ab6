using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Explaining;

/// <summary>The check whether a rule is about the target of a request, rule by rule.</summary>
internal static class RuleCoverage
{
    public static bool SpeaksOfDirection(PolicyRule rule, in PolicyRequest request) =>
        request.KnownMethod && request.Target == PolicyTarget.None && IsFromClient(request.Direction)
            ? rule.SpeaksOf(PolicyDirection.Calls) || rule.SpeaksOf(PolicyDirection.Lists)
            : rule.SpeaksOf(request.Direction);

    public static Ternary Judge(PolicyRule rule, in PolicyRequest request)
    {
        if (!request.KnownMethod) return TernaryLogic.Of(rule.Methods?.HasExact(request.Method) ?? false);
        if (rule.ListsNothing || (rule.Methods?.Contains(request.Method) ?? false)) return Ternary.True;
        return request switch
        {
            { Target: PolicyTarget.None } => TernaryLogic.Of(!rule.Forbids && IsFromClient(request.Direction)),
            { Name: null } => Ternary.False,
            { Target: PolicyTarget.Tool } => TernaryLogic.Of(rule.Tools?.Contains(request.Name) ?? false),
            { Target: PolicyTarget.Prompt } => TernaryLogic.Of(rule.Prompts?.Contains(request.Name) ?? false),
            { IsTemplate: true } => rule.Resources?.CoversTemplate(new UriTemplate(request.Name, request.Completes)) ?? Ternary.False,
            _ => rule.Resources?.Covers(request.Name) ?? Ternary.False,
        };
    }

    public static string Describe(PolicyRule rule)
    {
        if (rule.ListsNothing) return "every known method and name";
        var parts = new List<string>();
        Add(parts, "tool", rule.Tools?.Names);
        Add(parts, "prompt", rule.Prompts?.Names);
        Add(parts, "resource", rule.Resources?.Patterns.Select(pattern => pattern.Text));
        Add(parts, "method", rule.Methods?.Names);
        return string.Join("; ", parts);
    }

    private static void Add(List<string> parts, string what, IEnumerable<string>? names)
    {
        if (names is not null) parts.Add($"{what} {string.Join(", ", names)}");
    }

    private static bool IsFromClient(PolicyDirection direction) => direction is PolicyDirection.Calls or PolicyDirection.Lists;
}
