using Gatehouse.Policy.Rules;
using Gatehouse.Policy.Writing;

namespace Gatehouse.Policy.Analysis.Recorded;

/// <summary>
/// The comparison of two policies for one server. Where both have the same rules for it, each request gets the same verdict from both, whatever the
/// log leaves out of the request.
/// </summary>
/// <param name="old">The rules of the one.</param>
/// <param name="next">The rules of the other.</param>
internal sealed class ServerRuleComparison(IReadOnlyList<PolicyRule> old, IReadOnlyList<PolicyRule> next)
{
    private readonly Dictionary<string, bool> known = new(StringComparer.Ordinal);

    /// <summary>Returns whether both have the same rules for a server. Ids, descriptions and obligations change no verdict.</summary>
    public bool AreEqualFor(string server)
    {
        if (!known.TryGetValue(server, out var equal)) known.Add(server, equal = Scopes(old, server).SetEquals(Scopes(next, server)));
        return equal;
    }

    private static HashSet<string> Scopes(IReadOnlyList<PolicyRule> rules, string server) =>
        [.. rules.Where(rule => rule.Servers?.Contains(server) ?? true).Select(PolicyWriter.Scope)];
}
