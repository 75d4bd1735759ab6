using System.Buffers;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Checking;

/// <summary>Warnings about names of a policy that look like regular expressions or globs of a shell.</summary>
/// <remarks>
/// Threat: a forbid that is written in another notation matches no name, and everything that it was to forbid stays permitted (CWE-863).
/// </remarks>
public static class NameWarnings
{
    // Names of tools and servers have none of them (MCP 2026-07-28, tools: letters, digits, '_', '-', '.' and '/'). A prompt may have one: then the
    // warning is wrong, and the rule still holds.
    private static readonly SearchValues<char> Signs = SearchValues.Create("?()|[]{}^$+\\");

    /// <summary>Returns the warnings of a policy, in the order of its rules, at most one for each rule.</summary>
    public static IReadOnlyList<PolicyWarning> Find(IReadOnlyList<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return [.. rules.Select(Of).OfType<PolicyWarning>()];
    }

    private static PolicyWarning? Of(PolicyRule rule)
    {
        var names = new[] { rule.Servers, rule.Tools, rule.Prompts, rule.Methods }.SelectMany(static set => set?.Names ?? []);
        return names.FirstOrDefault(name => IsOtherNotation(name, rule.Forbids)) is { } name
            ? new PolicyWarning(rule.Id, rule.Place,
                $"'{name}' is compared letter by letter: the only wildcard is '*', for any letters, also none",
                $"write the names of {rule.Id} in full, or with '*', each in an entry of its own")
            : null;
    }

    // A permit for 'files.*' is about names with a dot more often than about a regular expression, and permits too little if it is not.
    private static bool IsOtherNotation(string name, bool forbids) =>
        name.AsSpan().ContainsAny(Signs) || (name.Length > 1 && name[0] == '/' && name[^1] == '/')
        || (forbids && name.Contains(".*", StringComparison.Ordinal));
}
