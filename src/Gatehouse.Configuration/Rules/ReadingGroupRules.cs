using System.Text;
using Gatehouse.Audit;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The rules for groups whose entries administrators may read. Their number and their names are bounded: entries hold them.</summary>
internal static class ReadingGroupRules
{
    public static void Check(ConfigurationSection root, Action<ConfigurationSection> checkWho, bool development, FaultList faults)
    {
        var parts = root.Part("administration").Part("reading").Parts("groups");
        var issuers = IssuerNames.Of(root);
        foreach (var part in parts)
        {
            checkWho(part.Part("who"));
            if (part.Find("of") is { Items.Count: 0 } empty) faults.Add(empty, "the list is empty, so nothing can be read by it", "name at least one group");
            foreach (var group in part.Items("of")) CheckName(group, faults);
            if (!development && part.Find("issuer") is { } issuer && issuers.Count > 0 && !issuers.Contains(issuer.Text))
                faults.Add(issuer, "this is not an issuer of this configuration", $"use one of: {string.Join(", ", issuers)}");
        }

        var groups = parts.SelectMany(part => part.Items("of").Select(item => (Key: (part.Get<string>("issuer"), item.Text), item)))
            .DistinctBy(one => one.Key).ToList();
        if (groups.Count > AuditEntry.MostReadingGroups)
            faults.Add(groups[AuditEntry.MostReadingGroups].item,
                $"there are more than {AuditEntry.MostReadingGroups} groups in administration.reading.groups",
                "name fewer groups; administrators of many groups belong in administration.reading.all");
    }

    private static void CheckName(ConfiguredItem group, FaultList faults)
    {
        if (string.IsNullOrWhiteSpace(group.Text) || Encoding.UTF8.GetByteCount(group.Text) > AuditEntry.LongestReadingGroup)
            faults.Add(group, $"the name of the group is empty or longer than {AuditEntry.LongestReadingGroup} bytes", "write the group as tokens name it");
        // Six bytes in an entry for each of them: as many such names would not fit.
        else if (group.Text.Any(char.IsControl))
            faults.Add(group, "the name of the group has a control character", "write the group as tokens name it");
        else if (group.Text.Contains('*', StringComparison.Ordinal))
            faults.Add(group, "'*' has no special meaning here, so this is the name of one group", "name each group");
    }
}
