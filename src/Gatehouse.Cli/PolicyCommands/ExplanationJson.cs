using System.Text.Json.Nodes;
using Gatehouse.Policy.Analysis.Verdicts;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>An explanation for scripts.</summary>
internal static class ExplanationJson
{
    /// <summary>Returns the explanation.</summary>
    /// <param name="verdict">The verdict of the gateway.</param>
    /// <param name="missingScopes">Scopes that the server asks for and the caller lacks.</param>
    public static JsonObject Of(GatewayVerdict verdict, IReadOnlyList<string> missingScopes)
    {
        var fields = new JsonFields();
        AddVerdict(fields, verdict);
        fields["missingScopes"] = missingScopes.ToJsonArray();
        fields["obligations"] = verdict.Explanation.Decision.Obligations.Select(Of).ToJsonArray();
        fields["rules"] = verdict.Explanation.Traces.Where(trace => trace.Applies || trace.IsAboutTarget).Select(Of).ToJsonArray();
        return fields;
    }

    /// <summary>Adds the verdict of the gateway, the refusal by the server before it, and the verdict and rule of the policy.</summary>
    public static void AddVerdict(JsonFields fields, GatewayVerdict verdict)
    {
        fields["verdict"] = ExplanationText.Word(verdict.Effect);
        fields["refusedBy"] = verdict.Refusal?.Key;
        fields["byRules"] = ExplanationText.Word(verdict.Explanation.Decision.Effect);
        fields["rule"] = verdict.Explanation.Decision.RuleId;
    }

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
