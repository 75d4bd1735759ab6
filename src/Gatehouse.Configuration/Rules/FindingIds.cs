using System.Globalization;
using Gatehouse.Detection.Findings;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Configuration.Rules;

/// <summary>
/// Ids of findings that a rule or a suppression names. One about a finding that cannot occur there would never do anything, and its author would
/// believe that it does.
/// </summary>
internal static class FindingIds
{
    private const int Shown = 3;

    private const string Page = "see docs/reference/findings.md";

    /// <summary>Returns the fault of an id in a suppression for messages; null when a message can have it.</summary>
    public static (string Message, string Remedy)? InSuppressedMessages(string id) =>
        FaultOfPattern(id, DetectionRules.InMessages, "messages") ?? InMessages(id);

    /// <summary>Returns the fault of an id or pattern in a rule for messages; null when a message can have it.</summary>
    public static (string Message, string Remedy)? InMessages(string id)
    {
        if (id == DetectionRules.NearMisses.Id)
            return ("the finding is about a source and not about a message, so no rule and no suppression decides about it: it is always recorded",
                $"remove it, and read the messages of the source in the audit log; nearest in messages: {Near(id, DetectionRules.InMessages)}");
        return Fault(id, DetectionRules.InMessages, "texts of messages", "messages", DetectionRules.InDefinitions, "definitions");
    }

    /// <summary>Returns the fault of an id in a suppression for definitions; null when a definition can have it.</summary>
    public static (string Message, string Remedy)? InDefinitions(string id) => FaultOfPattern(id, DetectionRules.InDefinitions, "definitions")
        ?? Fault(id, DetectionRules.InDefinitions, "definitions", "definitions", DetectionRules.InMessages, "messages");

    // A suppression is about one finding that a person has examined. It is compared by equality, so a pattern would never apply.
    private static (string Message, string Remedy)? FaultOfPattern(string id, IReadOnlyList<FindingRule> valid, string here)
    {
        if (!id.Contains('*', StringComparison.Ordinal)) return null;
        var matched = string.Join(", ", valid.Where(rule => Names(id, rule)).Select(rule => rule.Id));
        return ("name one finding; rules can use patterns, suppressions cannot",
            matched.Length > 0 ? $"the pattern matches in {here}: {matched}" : $"the pattern matches none in {here}; nearest: {Near(id, valid)}; {Page}");
    }

    private static (string Message, string Remedy)? Fault(
        string id, IReadOnlyList<FindingRule> valid, string texts, string here, IReadOnlyList<FindingRule> others, string there)
    {
        if (valid.Any(rule => Names(id, rule))) return null;
        var message = others.Any(rule => Names(id, rule)) ? $"only {there} can have this finding, so it would never apply to {here}"
            : id.Contains('*', StringComparison.Ordinal) ? $"no finding in {texts} matches this pattern"
            : $"no finding in {texts} has this id";
        return (message, $"nearest in {here}: {Near(id, valid)}; {Page}");
    }

    private static bool Names(string id, FindingRule rule) =>
        id == rule.Id || (id.Contains('*', StringComparison.Ordinal) && new NamePattern(id).Matches(rule.Id));

    // Ids are numbers by subject, so the nearest number is the nearest subject.
    private static string Near(string id, IReadOnlyList<FindingRule> valid)
    {
        var near = valid.OrderBy(rule => Math.Abs(Number(rule.Id) - Number(id))).Take(Shown);
        return string.Join(", ", near.Select(rule => rule.Id).Order(StringComparer.Ordinal));
    }

    private static int Number(string id)
    {
        var digits = string.Concat(id.Where(char.IsAsciiDigit).Take(4)).PadRight(4, '0');
        return int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
