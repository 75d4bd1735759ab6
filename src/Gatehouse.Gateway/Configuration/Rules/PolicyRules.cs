using Gatehouse.Gateway.Configuration.Reading;
using Gatehouse.Policy;

namespace Gatehouse.Gateway.Configuration.Rules;

/// <summary>The policy's rules: whom they speak of, and that what they name is there.</summary>
internal static class PolicyRules
{
    private static readonly string[] Who = ["issuers", "subjects", "clients", "scopes", "roles", "groups"];
    private static readonly string[] What = ["servers", "tools", "prompts", "resources", "methods"];

    public static void Check(ConfigurationSection root, bool development, FaultList faults)
    {
        foreach (var twice in root.Parts("policy").Select(rule => rule.Find("id")).OfType<ConfiguredValue>().GroupBy(id => id.Text, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            faults.Add(twice, "another rule has this id already", "give each rule an id of its own");
        foreach (var rule in root.Parts("policy")) CheckRule(root, rule, development, faults);
        if (root.Part("administration").Part("who") is { IsGiven: true } administrators) CheckCallers(root, administrators, development, faults);
    }

    private static void CheckRule(ConfigurationSection root, ConfigurationSection rule, bool development, FaultList faults)
    {
        if (rule.Find("id") is { } id && !Paths.LooksLikeName(id.Text))
            faults.Add(id, "the id is not made of letters, digits, '-' and '_', at most 63, beginning with a letter", "choose another id, e.g. staff-read");
        foreach (var clause in new[] { rule.Part("permit"), rule.Part("forbid") }.Where(clause => clause.IsGiven))
        {
            CheckCallers(root, clause, development, faults);
            CheckAnyone(clause, faults);
            foreach (var name in What) CheckNotEmpty(clause, name, faults);
            CheckExists(clause.Items("servers"), [.. root.Parts("servers").Select(server => server.Name)], "server", faults);
        }
    }

    private static void CheckCallers(ConfigurationSection root, ConfigurationSection clause, bool development, FaultList faults)
    {
        foreach (var name in Who) CheckNotEmpty(clause, name, faults);
        foreach (var scope in clause.Items("scopes")) ScopeRules.Check(scope, faults);
        foreach (var item in Who.Where(name => name != "scopes").SelectMany(clause.Items).Where(item => item.Text.All(letter => letter == '*')))
            faults.Add(item, "this matches everybody without saying so", "name whom it is about, or write 'anyone: true' where that is meant");
        // With --dev there is an issuer of the gateway's own besides.
        if (!development) CheckExists(clause.Items("issuers"), [.. root.Parts("issuers").Select(issuer => issuer.Get<string>("issuer")).OfType<string>()], "issuer", faults);
    }

    private static void CheckAnyone(ConfigurationSection clause, FaultList faults)
    {
        if (clause.Find("anyone") is not { } anyone) return;
        if (!(bool)anyone.Content)
            faults.Add(anyone, "'anyone: false' says nothing", "remove it");
        else if (Who.Any(clause.Wrote))
            faults.Add(anyone, "the rule speaks of anyone and of some at once", "keep 'anyone' or the lists of callers");
    }

    private static void CheckNotEmpty(ConfigurationSection clause, string name, FaultList faults)
    {
        if (clause.Find(name) is { Items.Count: 0 } value)
            faults.Add(value, "the list is empty, so the rule could never apply", $"name at least one, or remove '{name}'");
    }

    // A rule about what is not there is a slip of the pen, and a forbid that never applies is a hole.
    private static void CheckExists(IReadOnlyList<ConfiguredItem> patterns, IReadOnlyList<string> names, string what, FaultList faults)
    {
        if (names.Count == 0) return;
        foreach (var item in patterns.Where(item => !names.Any(new NamePattern(item.Text).Matches)))
            faults.Add(item, $"no {what} of this configuration is matched", $"known: {string.Join(", ", names)}");
    }
}
