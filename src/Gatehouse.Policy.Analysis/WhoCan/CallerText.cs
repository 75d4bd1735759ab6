using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>The callers of a rule in words.</summary>
internal static class CallerText
{
    public static IReadOnlyList<string> Of(WhoClause? who)
    {
        if (who is null) return [];
        var parts = new List<string>();
        Add(parts, "issuer", who.Issuers);
        Add(parts, "subject", who.Subjects);
        Add(parts, "client", who.Clients);
        Add(parts, "role", who.Roles);
        Add(parts, "group", who.Groups);
        Add(parts, "scope", who.Scopes);
        Add(parts, "strength", who.Strengths);
        return parts;
    }

    private static void Add(List<string> parts, string what, NameSet? names)
    {
        if (names is not null) parts.Add($"{what} {string.Join(" or ", names.Names)}");
    }
}
