using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The results of a policy's cases, for a person and for scripts.</summary>
/// <param name="run">The cases with their results.</param>
/// <param name="rules">The ids of the policy's rules.</param>
/// <param name="hasConfiguration">True when a configuration says what each server asks for.</param>
internal sealed class PolicyTestReport(PolicyTestRun run, HashSet<string> rules, bool hasConfiguration)
{
    /// <summary>Prints each case, the rules that no case uses, and the numbers.</summary>
    public void Print()
    {
        foreach (var result in run.Results)
        {
            Terminal.Row($"{(result.IsAsExpected ? "pass" : "FAIL")}  {result.Case.Name}", result.IsAsExpected ? Terminal.Good : Terminal.Bad);
            if (result.IsAsExpected) continue;
            Terminal.Row($"      line {result.Case.Line} expects {ExplanationText.Word(result.Case.Expected)}{(result.Case.Rule is null ? "" : $" by {result.Case.Rule}")}, as {result.Case.Caller}");
            foreach (var line in Lines(result)) Terminal.Row("      " + line);
        }

        foreach (var rule in run.Untouched) Terminal.Row($"no case uses {rule.Id}{(rule.Place is null ? "" : $" ({rule.Place})")}");
        var failed = run.Results.Count(result => !result.IsAsExpected);
        Terminal.Row($"{Counted.Of(run.Results.Count, "case")}, {(failed == 0 ? "all as expected" : $"{failed} failed")}; {(run.Untouched.Count == 0 ? "every rule is used" : $"{Counted.Of(run.Untouched.Count, "rule")} not used by any case")}");
    }

    /// <summary>Returns the same for scripts.</summary>
    public JsonObject Json() => new JsonFields
    {
        ["cases"] = run.Results.Select(Json).ToJsonArray(),
        ["untouched"] = run.Untouched.Select(rule => rule.Id).ToJsonArray(),
    };

    // A rule that was removed makes a case fail as one that decides otherwise does, and the other cases are of use.
    private IEnumerable<string> Lines(PolicyCaseResult result)
    {
        if (result.Case.Rule is { } id && !rules.Contains(id)) yield return $"the policy has no rule {id}{DidYouMean.Of(id, rules)}";
        if (result.Case.TokenRefused == true && result.Verdict.Refusal is null)
            yield return "the server does not refuse the token" + (hasConfiguration ? "" : ": only a configuration says what a server asks for; give --config");
        if (result.Case.TokenRefused == false && result.Verdict.Refusal is not null)
            yield return "the server refuses the token, and the case asks for a refusal by the rules; give the caller what the server asks for";
        if (result is { Case.Expected: PolicyEffect.Deny, IsRefusedOnlyForToken: true })
            yield return "only the token is refused, and the rules would permit the request; give the caller what the server asks for, or add tokenRefused: true";
        var advice = result is { Case.Expected: not PolicyEffect.Deny, Verdict.Refusal.IsForScopes: true } ? "; add them to as.scopes of the case" : "";
        foreach (var line in ExplanationText.Lines(result.Verdict, advice)) yield return line;
    }

    private JsonFields Json(PolicyCaseResult result)
    {
        var fields = new JsonFields { ["name"] = result.Case.Name, ["line"] = result.Case.Line, ["pass"] = result.IsAsExpected };
        ExplanationJson.AddVerdict(fields, result.Verdict);
        fields["explanation"] = result.IsAsExpected ? null : Lines(result).ToJsonArray();
        return fields;
    }
}
