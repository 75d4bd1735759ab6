using System.Text.Json.Nodes;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>An explanation for scripts.</summary>
internal static class ExplanationJson
{
    /// <summary>Returns the explanation.</summary>
    /// <param name="explanation">The verdict of the rules.</param>
    /// <param name="missingScopes">Scopes that the server asks for and the caller lacks. With one of them the gateway refuses, whatever the rules say.</param>
    public static JsonObject Of(PolicyExplanation explanation, IReadOnlyList<string> missingScopes) => new JsonFields
    {
        ["verdict"] = missingScopes.Count > 0 ? "deny" : Verdict(explanation),
        ["missingScopes"] = missingScopes.ToJsonArray(),
        ["byRules"] = Verdict(explanation),
        ["rule"] = explanation.Decision.RuleId,
        ["obligations"] = explanation.Decision.Obligations.Select(Of).ToJsonArray(),
        ["rules"] = explanation.Traces.Where(trace => trace.Applies || trace.IsAboutTarget).Select(Of).ToJsonArray(),
    };

    private static string Verdict(PolicyExplanation explanation) => explanation.Decision.Effect.ToString().ToLowerInvariant();

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
