using Gatehouse.Configuration.Reading;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Configuration.Rules;

/// <summary>The limits: the parties that they count, and the check that they limit something that is there.</summary>
internal static class LimitRules
{
    private static readonly string[] Parties = ["caller", "client", "server", "tool"];
    private static readonly string[] Numbers = ["concurrent", "daily", "bytesPerDay"];

    public static void Check(ConfigurationSection root, FaultList faults) =>
        Check(root, [.. root.Parts("servers").Select(server => server.Name)], faults);

    /// <summary>Checks the same where servers are not known beforehand: <paramref name="servers"/> is empty then.</summary>
    public static void Check(ConfigurationSection root, List<string> servers, FaultList faults)
    {
        var rules = root.Part("limits").Parts("rules");
        foreach (var twice in rules.Select(rule => rule.Find("id")).OfType<ConfiguredValue>().GroupBy(id => id.Text, StringComparer.Ordinal)
            .SelectMany(group => group.Skip(1)))
            faults.Add(twice, "another rule has this id already", "give each rule a different id");
        foreach (var rule in rules) CheckRule(rule, servers, faults);
    }

    private static void CheckRule(ConfigurationSection rule, List<string> servers, FaultList faults)
    {
        if (rule.Find("id") is { } id && !Paths.LooksLikeName(id.Text))
            faults.Add(id, "the id is not made of letters, digits, '-' and '_', at most 63, beginning with a letter",
                "choose another id, e.g. each-person");
        foreach (var item in rule.Items("per").Where(item => !Parties.Contains(item.Text, StringComparer.Ordinal)))
            faults.Add(item, "this is not a party", $"write one of: {string.Join(", ", Parties)}");
        foreach (var name in new[] { "per", "servers", "tools" })
        {
            if (rule.Find(name) is { Items.Count: 0 } value)
                faults.Add(value, "the list is empty, so the rule could never apply", "name at least one");
        }

        foreach (var item in rule.Items("servers").Where(item => servers.Count > 0 && !servers.Any(new NamePattern(item.Text).Matches)))
            faults.Add(item, "no server of this configuration matches", $"use one of: {string.Join(", ", servers)}");
        foreach (var value in Numbers.Where(rule.Wrote).Select(rule.Find).OfType<ConfiguredValue>().Where(value => (long)value.Content == 0))
            faults.Add(value, "with this value the rule would permit nothing, or everything", "write a larger number, or remove the key for no limit");
    }
}
