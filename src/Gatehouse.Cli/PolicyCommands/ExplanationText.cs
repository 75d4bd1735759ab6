using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Verdicts;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The path to a verdict in words.</summary>
internal static class ExplanationText
{
    private const int MostMisses = 10;

    /// <summary>Returns the lines.</summary>
    /// <param name="verdict">The verdict of the gateway.</param>
    /// <param name="advice">Words behind a refusal by the server.</param>
    public static IEnumerable<string> Lines(GatewayVerdict verdict, string advice = "") => verdict.Refusal is not { } refusal
        ? Lines(verdict.Explanation)
        : [$"{Word(verdict.Effect)}: {refusal.Text}{advice}", "by the rules:", .. Lines(verdict.Explanation).Select(static line => "  " + line)];

    private static IEnumerable<string> Lines(PolicyExplanation explanation)
    {
        yield return Verdict(explanation);
        foreach (var trace in explanation.Applying.Where(trace => explanation.Decision.Effect != PolicyEffect.Forbid || trace.Rule.Forbids))
        {
            yield return $"  {(trace.Rule.Forbids ? "forbid" : "permit")} {Name(trace.Rule)}";
            foreach (var check in trace.Checks) yield return $"    {Mark(check)} {check.Text}";
        }

        if (explanation.Decision.Effect != PolicyEffect.Deny) yield break;
        var misses = explanation.NearMisses.ToList();
        if (misses.Count == 0) yield return "  no permit applies to this request";
        foreach (var trace in misses.Take(MostMisses))
        {
            yield return $"  permit {Name(trace.Rule)} did not hold:";
            foreach (var check in trace.Failed) yield return $"    {Mark(check)} {check.Text}";
        }

        if (misses.Count > MostMisses) yield return $"  and {Counted.Of(misses.Count - MostMisses, "more permit")}";
    }

    /// <summary>Returns a verdict as a word.</summary>
    public static string Word(PolicyEffect effect) => effect.ToString().ToLowerInvariant();

    /// <summary>Returns an outcome as a word.</summary>
    public static string Word(Ternary outcome) => outcome switch
    {
        Ternary.True => "yes",
        Ternary.False => "no",
        Ternary.Undecidable => "undecidable",
        _ => "open",
    };

    private static string Verdict(PolicyExplanation explanation) => explanation.Decision.Effect switch
    {
        PolicyEffect.Permit => $"permit, by {explanation.Decision.RuleId}{Obligations(explanation)}",
        PolicyEffect.Forbid => $"forbid, by {explanation.Decision.RuleId}",
        _ => "deny: no rule permits this",
    };

    private static string Obligations(PolicyExplanation explanation) => explanation.Decision.Obligations.IsEmpty
        ? ""
        : $"; with {string.Join(", ", explanation.Decision.Obligations.Select(Sentence))}";

    private static string Sentence(Obligation obligation) => obligation is { Kind: ObligationKind.Approval, Approval: { } terms }
        ? $"{Asked(terms)} ({obligation.Source})"
        : $"{obligation.Kind} {obligation.Value}".ToLowerInvariant();

    /// <summary>Returns the person who is asked about a call in words. No other person can answer a confirmation.</summary>
    public static string Asked(ApprovalTerms terms)
    {
        var approval = $"approval by {Counted.Of(terms.Approvers, "person", "people")}";
        if (terms.Strength != ApprovalStrength.Confirm) return approval;
        return "confirmation by the person at the client" + (terms.OtherwiseApproval ? $", or {approval} where the client cannot ask" : "");
    }

    private static string Name(PolicyRule rule) =>
        rule.Id + (rule.Place is null ? "" : $" ({rule.Place})") + (rule.Description is null ? "" : $": {rule.Description}");

    private static string Mark(RuleCheck check) => $"[{Word(check.Outcome)}]";
}
