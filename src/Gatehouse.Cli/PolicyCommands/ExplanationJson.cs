using System.Text.Json.Nodes;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>An explanation for scripts.</summary>
internal static class ExplanationJson
{
    public static JsonObject Of(PolicyExplanation explanation) => new JsonFields
    {
        ["verdict"] = explanation.Decision.Effect.ToString().ToLowerInvariant(),
        ["rule"] = explanation.Decision.RuleId,
        ["obligations"] = explanation.Decision.Obligations.Select(Of).ToJsonArray(),
        ["rules"] = explanation.Traces.Where(trace => trace.Applies || trace.IsAboutTarget).Select(Of).ToJsonArray(),
    };

    private static JsonFields Of(Obligation one) => new()
    {
        ["kind"] = one.Kind.ToString().ToLowerInvariant(),
        ["value"] = one.Value,
        ["rule"] = one.Source,
    };

    private static JsonFields Of(RuleTrace trace) => new()
    {
        ["id"] = trace.Rule.Id,
        ["place"] = trace.Rule.Place,
        ["description"] = trace.Rule.Description,
        ["effect"] = trace.Rule.Forbids ? "forbid" : "permit",
        ["applies"] = trace.Applies,
        ["checks"] = trace.Checks.Select(check => new JsonFields
        {
            ["kind"] = check.Kind,
            ["text"] = check.Text,
            ["outcome"] = ExplanationText.Word(check.Outcome),
        }).ToJsonArray(),
    };
}
