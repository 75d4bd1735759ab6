using Gatehouse.Policy.Explaining;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>An explanation for scripts.</summary>
internal static class ExplanationJson
{
    public static object Of(PolicyExplanation explanation) => new
    {
        verdict = explanation.Decision.Effect.ToString().ToLowerInvariant(),
        rule = explanation.Decision.RuleId,
        obligations = explanation.Decision.Obligations
            .Select(one => new { kind = one.Kind.ToString().ToLowerInvariant(), one.Value, rule = one.Source }),
        rules = explanation.Traces.Where(trace => trace.Applies || trace.IsAboutTarget).Select(trace => new
        {
            trace.Rule.Id,
            trace.Rule.Place,
            trace.Rule.Description,
            effect = trace.Rule.Forbids ? "forbid" : "permit",
            trace.Applies,
            checks = trace.Checks.Select(check => new { check.Kind, check.Text, outcome = ExplanationText.Word(check.Outcome) }),
        }),
    };
}
