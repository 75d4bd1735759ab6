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
    /// <param name="refusal">The refusal by the server, whatever the rules say; null where the server accepts the token.</param>
    /// <param name="missingScopes">Scopes that the server asks for and the caller lacks.</param>
    public static JsonObject Of(PolicyExplanation explanation, ServerRefusal? refusal, IReadOnlyList<string> missingScopes) => new JsonFields
    {
        ["verdict"] = refusal is not null ? "deny" : Verdict(explanation),
        ["refusedBy"] = refusal?.Key,
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
