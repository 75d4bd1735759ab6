using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Analysis.Verdicts;
using Gatehouse.Policy.PartialEvaluations;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>A recorded exchange beside a policy.</summary>
/// <param name="Found">The exchange.</param>
/// <param name="Rules">The rules of the policy.</param>
/// <param name="Permitted">Whether the policy permits it; null where the event does not tell.</param>
/// <param name="Verdict">The same in a word.</param>
/// <param name="Unknown">The facts that a verdict needs and that the event does not have.</param>
/// <param name="Evaluation">The rules that count or may count.</param>
internal sealed record ExplainedEvent(
    RecordedRequest Found, IReadOnlyList<PolicyRule> Rules, bool? Permitted, string? Verdict, IReadOnlyList<string> Unknown,
    PartialEvaluation Evaluation)
{
    private const string Condition = "condition-", Undecidable = ":undecidable";

    /// <summary>The refusal of the request before the rules by the configuration; null where the rules decide.</summary>
    public ServerRefusal? Refusal { get; init; }

    /// <summary>Returns the rule of an id; null where the policy has none.</summary>
    public PolicyRule? Rule(string? id) => id is null ? null : Rules.FirstOrDefault(rule => rule.Id == id);

    /// <summary>Returns an id with the place of its rule in the policy.</summary>
    public string NameOf(string id) => Rule(id) switch
    {
        null => $"{id} (not in this policy)",
        { Place: { } place } => $"{id} ({place})",
        _ => id,
    };

    /// <summary>Returns the recorded reasons why permits did not hold: the id, the kind of check, and the same in words.</summary>
    public IEnumerable<(string Id, string Check, string Text)> Failed()
    {
        foreach (var reason in Found.FailedPermits)
        {
            // The id of a rule can have a colon. The kind of check has none, only the mark behind it begins with one.
            var (text, isOpen) = reason.EndsWith(Undecidable, StringComparison.Ordinal) ? (reason[..^Undecidable.Length], true) : (reason, false);
            if (text.LastIndexOf(':') is not (> 0 and var at)) continue;
            var (id, check) = (text[..at], text[(at + 1)..]);
            yield return (id, check, Words(Rule(id), check) + (isOpen ? " could not be decided" : " was not met"));
        }
    }

    private static string Words(PolicyRule? rule, string check)
    {
        if (!check.StartsWith(Condition, StringComparison.Ordinal)) return $"its check of the {check}";
        return int.TryParse(check[Condition.Length..], out var number) && rule is not null && number >= 1 && number <= rule.When.Length
            ? $"its condition {number}, {rule.When[number - 1]}," : $"its {check.Replace('-', ' ')}";
    }
}
