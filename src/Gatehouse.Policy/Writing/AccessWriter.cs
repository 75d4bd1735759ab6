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

        text.Append("    access:\n      longest: ").Append(PolicyDurations.Write(terms.Longest)).Append("\n      grantedBy: ");
        text.Append(WhoWriter.Write(terms.GrantedBy!)).Append('\n');
        if (terms.Approvers != 1) text.Append(CultureInfo.InvariantCulture, $"      approvers: {terms.Approvers}\n");
    }
}
