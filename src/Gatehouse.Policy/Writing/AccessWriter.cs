using System.Globalization;
using System.Text;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Writing;

/// <summary>Writes the terms of a right that is granted for a time, as a policy writes them.</summary>
internal static class AccessWriter
{
    public static void Append(StringBuilder text, AccessTerms terms)
    {
        if (terms.Entra is { } assignment)
        {
            text.Append("    access:\n      source: ").Append(YamlScalars.Text(assignment.ToString())).Append('\n');
            return;
        }

        text.Append("    access:\n      longest: ").Append(PolicyDurations.Write(terms.Longest)).Append("\n      grantedBy: { ");
        text.AppendJoin(", ", Lists(terms.GrantedBy!).Select(list => $"{list.Key}: [{string.Join(", ", list.Names.Select(YamlScalars.Text))}]"));
        text.Append(" }\n");
        if (terms.Approvers != 1) text.Append(CultureInfo.InvariantCulture, $"      approvers: {terms.Approvers}\n");
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
