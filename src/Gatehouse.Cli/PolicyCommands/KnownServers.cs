using Gatehouse.Cli.Output;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>
/// The servers that a question can be about. A misspelled name would get the answer "nothing is permitted" or "no differences", which looks like
/// agreement.
/// </summary>
internal static class KnownServers
{
    /// <summary>Returns true when every name is known. Otherwise it reports the first name that is not.</summary>
    /// <param name="names">The names on the command line.</param>
    /// <param name="policies">The policies that the question is about.</param>
    public static bool Check(IEnumerable<string> names, params IReadOnlyList<PolicyInput> policies)
    {
        string[] configured = [.. policies.SelectMany(policy => policy.Settings?.Servers ?? []).Select(server => server.Name)];
        var rules = policies.SelectMany(policy => policy.Rules).ToList();
        string[] known =
        [
            .. configured.Concat(rules.SelectMany(rule => rule.Servers?.Names ?? [])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        var isOpen = policies.All(policy => policy.Settings is null);
        if (isOpen && known.Length == 0) return true;
        if (names.FirstOrDefault(name => !configured.Contains(name, StringComparer.Ordinal) && !rules.Any(rule => Names(rule, name, isOpen)))
            is not { } unknown)
        {
            NoteUnnamed(names.Except(known, StringComparer.Ordinal), known);
            return true;
        }

        Terminal.Fault($"the server '{unknown}' is in no configuration and no rule; known servers: {(known.Length == 0 ? "none" : string.Join(", ", known))}");
        return false;
    }

    // Only rules for every server count then, so a misspelled name gets an answer about nothing.
    private static void NoteUnnamed(IEnumerable<string> names, string[] known)
    {
        if (known.Length == 0) return;
        foreach (var name in names) Terminal.Note($"No rule names the server {name}: only rules for every server count{DidYouMean.Of(name, known)}");
    }

    // A configuration has all servers, so a wildcard in a rule adds none. Without a configuration, a permit for every server is about any name.
    // A forbid for every server is not: it would make every misspelled name a known one.
    private static bool Names(PolicyRule rule, string name, bool isOpen)
    {
        if (rule.Servers?.HasExact(name) == true) return true;
        if (!isOpen) return false;
        return rule.Servers is { } servers && !servers.Names.Contains("*") ? servers.Contains(name) : !rule.Forbids;
    }
}
