using System.Collections.Frozen;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>The administrators who may read the audit log through the control socket. An administrator in no list may read nothing.</summary>
public sealed record ReadingSettings
{
    private FrozenDictionary<string, string?[]> named = FrozenDictionary<string, string?[]>.Empty;

    /// <summary>Administrators who may read entries of their own exchanges. Null for none.</summary>
    public WhoClause? Own { get; init; }

    /// <summary>
    /// Administrators who may read entries of exchanges whose caller was in a group, and their own. Default none. One administrator may be in
    /// several.
    /// </summary>
    public IReadOnlyList<GroupReading> Groups
    {
        get;
        init
        {
            field = value;
            named = value.SelectMany(one => one.Of.Select(group => (group, one.Issuer))).GroupBy(one => one.group, StringComparer.Ordinal)
                .ToFrozenDictionary(one => one.Key, one => one.Select(pair => pair.Issuer).Distinct().ToArray(), StringComparer.Ordinal);
        }
    } = [];

    /// <summary>Administrators who may read all entries. Null for none.</summary>
    public WhoClause? All { get; init; }

    /// <summary>Administrators who may also open kept requests of the entries that they may read. Null for none.</summary>
    public WhoClause? Payloads { get; init; }

    /// <summary>Administrators who may also erase what the log says about a person. Null for none.</summary>
    public WhoClause? Erase { get; init; }

    /// <summary>Returns those groups of a caller that <see cref="Groups"/> names, each once, in the caller's order.</summary>
    /// <param name="issuer">The issuer of the caller's token.</param>
    /// <param name="groups">The groups of the caller.</param>
    public IReadOnlyList<string> NamedOf(string issuer, IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (named.Count == 0 || groups.Count == 0) return [];
        List<string>? found = null;
        for (var at = 0; at < groups.Count; at++)
        {
            if (!named.TryGetValue(groups[at], out var issuers) || !IsNamed(issuers, issuer)) continue;
            if (found?.Contains(groups[at]) != true) (found ??= []).Add(groups[at]);
        }

        return found ?? [];
    }

    // By hand: every entry of the log asks, and a predicate would be an object for each.
    private static bool IsNamed(string?[] issuers, string issuer)
    {
        foreach (var one in issuers)
        {
            if (one is null || one == issuer) return true;
        }

        return false;
    }
}

/// <summary>Administrators who may read the entries of persons of some groups.</summary>
/// <param name="Who">The administrators.</param>
/// <param name="Of">The names of the groups, each whole: there are no patterns.</param>
/// <param name="Issuer">The issuer of the tokens of these persons; null for the one of the administrator's own token.</param>
public sealed record GroupReading(WhoClause Who, IReadOnlyList<string> Of, string? Issuer = null);
