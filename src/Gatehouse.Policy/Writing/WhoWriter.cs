using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Writing;

/// <summary>Writes a list of people as a policy and a configuration write it.</summary>
public static class WhoWriter
{
    /// <summary>Returns the lists on one line, such as <c>{ groups: [leads] }</c>.</summary>
    public static string Write(WhoClause who)
    {
        ArgumentNullException.ThrowIfNull(who);
        return $"{{ {string.Join(", ", Lists(who).Select(list => $"{list.Key}: [{string.Join(", ", list.Names.Select(YamlScalars.Text))}]"))} }}";
    }

    private static IEnumerable<(string Key, IEnumerable<string> Names)> Lists(WhoClause who)
    {
        if (who.Issuers is { } issuers) yield return ("issuers", issuers.Names);
        if (who.Subjects is { } subjects) yield return ("subjects", subjects.Names);
        if (who.Clients is { } clients) yield return ("clients", clients.Names);
        if (who.Scopes is { } scopes) yield return ("scopes", scopes.Names);
        if (who.Roles is { } roles) yield return ("roles", roles.Names);
        if (who.Groups is { } groups) yield return ("groups", groups.Names);
        if (who.Strengths is { } strengths) yield return ("strengths", strengths.Names);
    }
}
