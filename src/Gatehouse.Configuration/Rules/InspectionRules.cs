using System.Globalization;
using Gatehouse.Configuration.Reading;
using Gatehouse.Detection.Messages;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Configuration.Rules;

/// <summary>Suppressions: each names a finding, a definition of a server that is there, and a day on which it ends.</summary>
internal static class InspectionRules
{
    private const int ShortestReason = 10;

    /// <summary>Checks a configuration in which every server has an entry.</summary>
    public static void Check(ConfigurationSection root, FaultList faults)
    {
        var servers = root.Parts("servers").Select(server => server.Name).ToHashSet(StringComparer.Ordinal);
        Check(root, servers.Contains, faults);
        CheckMessages(root, servers.Contains, pattern => servers.Any(new NamePattern(pattern).Matches), faults);
        ProtectionRules.Check(root, servers.Contains, pattern => servers.Any(new NamePattern(pattern).Matches), faults);
    }

    /// <summary>Checks the suppressions.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="isServer">True when a server can have the name.</param>
    /// <param name="faults">The list that receives faults.</param>
    public static void Check(ConfigurationSection root, Func<string, bool> isServer, FaultList faults)
    {
        foreach (var part in root.Part("inspection").Part("metadata").Parts("suppressions"))
        {
            Require(part, "server", isServer, "no server of this configuration has this name", "write a name from 'servers'", faults);
            RequireFinding(part, FindingIds.InDefinitions, faults);
            Require(part, "definition", IsDefinition, "this is not the name of a definition",
                "write kind and name, e.g. tool/search, or instructions, capabilities or server", faults);
            Require(part, "digest", IsDigest, "this is not the digest of a definition",
                "write sha256: and 64 hexadecimal digits, as in events and the lock", faults);
            Require(part, "until", text => End(text) is not null, "this is not a day",
                "write the last day of the suppression, e.g. 2027-03-31", faults);
            RequireReason(part, faults);
        }
    }

    /// <summary>Checks the rules and suppressions for messages.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="isServer">True when a server can have the name.</param>
    /// <param name="matchesServer">True when a server can match the pattern.</param>
    /// <param name="faults">The list that receives faults.</param>
    public static void CheckMessages(ConfigurationSection root, Func<string, bool> isServer, Func<string, bool> matchesServer, FaultList faults)
    {
        var messages = root.Part("inspection").Part("messages");
        RequireDifferentIds(messages.Parts("rules"), faults);
        foreach (var rule in messages.Parts("rules")) CheckRule(rule, matchesServer, faults);
        foreach (var part in messages.Parts("suppressions"))
        {
            Require(part, "server", isServer, "no server of this configuration has this name", "write a name from 'servers'", faults);
            RequireFinding(part, FindingIds.InSuppressedMessages, faults);
            if (part.Find("tools") is { Items.Count: 0 } none)
                faults.Add(none, "the list is empty, so the suppression could never apply", "name at least one tool, or remove the key");
            RequireEnd(part, faults);
        }
    }

    /// <summary>Adds a fault for each rule with the id of one before it.</summary>
    public static void RequireDifferentIds(IReadOnlyList<ConfigurationSection> rules, FaultList faults)
    {
        foreach (var twice in rules.Select(rule => rule.Find("id")).OfType<ConfiguredValue>()
            .GroupBy(id => id.Text, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            faults.Add(twice, "another rule has this id already", "give each rule a different id");
    }

    /// <summary>Adds a fault for an id of a rule that no event could show.</summary>
    public static void RequireId(ConfigurationSection rule, FaultList faults) =>
        Require(rule, "id", id => Paths.LooksLikeName(id) && !id.StartsWith("preset-", StringComparison.Ordinal),
            "the id is not made of letters, digits, '-' and '_', at most 63, beginning with a letter, or begins with 'preset-'",
            "choose another id, e.g. mail-results", faults);

    /// <summary>Adds the faults of the end and the reason of a suppression.</summary>
    public static void RequireEnd(ConfigurationSection part, FaultList faults)
    {
        Require(part, "until", text => End(text) is not null, "this is not a day", "write the last day of the suppression, e.g. 2027-03-31", faults);
        RequireReason(part, faults);
    }

    private static void CheckRule(ConfigurationSection rule, Func<string, bool> matchesServer, FaultList faults)
    {
        RequireId(rule, faults);
        foreach (var name in Lists)
        {
            if (rule.Find(name) is { Items.Count: 0 } value) faults.Add(value, "the list is empty, so the rule could never apply", "name at least one");
        }

        foreach (var item in rule.Items("places").Where(item => !Places.Contains(item.Text, StringComparer.Ordinal)))
            faults.Add(item, $"'{item.Text}' is not a place", $"write one of: {string.Join(", ", Places)}");
        foreach (var item in rule.Items("findings"))
        {
            if (FindingIds.InMessages(item.Text) is { } fault) faults.Add(item, fault.Message, fault.Remedy);
        }

        foreach (var item in rule.Items("servers").Where(item => !matchesServer(item.Text)))
            faults.Add(item, "no server of this configuration matches", "write a name or pattern of 'servers'");
        if (rule.Find("action") is { Text: "annotate" } action && rule.Items("places") is { Count: > 0 } places
            && places.Any(place => !HoldsNotice(place.Text)))
            faults.Add(action, "no notice fits into one of these places (argument, answer, completion, other)", "write a rule of its own for it");
        if (rule.Find("tools") is { } tools && rule.Items("places") is { Count: > 0 } without && without.All(place => IsWithoutTool(place.Text)))
            faults.Add(tools, "no message in these places belongs to the call of a tool, so the rule could never apply",
                $"remove 'tools', or name one of the places: {string.Join(", ", Places.Where(place => !IsWithoutTool(place)))}");
    }

    private static bool IsWithoutTool(string place) =>
        Enum.TryParse<MessagePlace>(place, ignoreCase: true, out var known) && !MessageInspectionRule.CanNameTools(known);

    private static readonly string[] Places = [.. Enum.GetNames<MessagePlace>().Select(name => name.ToLowerInvariant())];

    private static bool HoldsNotice(string place) =>
        !Enum.TryParse<MessagePlace>(place, ignoreCase: true, out var known) || MessagePlaces.HoldsNotice(known);

    private static readonly string[] Lists =
        ["places", "servers", "tools", "findings", "issuers", "subjects", "clients", "roles", "groups", "scopes"];

    /// <summary>Returns whether the text names a definition as suppressions do.</summary>
    public static bool IsDefinition(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return DefinitionKinds.TryParse(slash < 0 ? text : text[..slash], out var kind) && DefinitionKinds.IsNamed(kind) == slash > 0
            && slash != text.Length - 1;
    }

    /// <summary>Returns whether the text is a digest as events write it.</summary>
    public static bool IsDigest(string text) =>
        text.StartsWith(DefinitionDigest.Prefix, StringComparison.Ordinal) && text.Length == DefinitionDigest.Prefix.Length + 64
            && text[DefinitionDigest.Prefix.Length..].All(char.IsAsciiHexDigitLower);

    /// <summary>Returns the fault of a reason that is too short to explain anything; null for any other.</summary>
    public static string? FaultOfReason(string reason) => reason.Trim().Length >= ShortestReason ? null
        : $"the reason is too short: it has {Counted.Of(reason.Trim().Length, "character")} and needs at least {ShortestReason}";

    private static void RequireReason(ConfigurationSection part, FaultList faults)
    {
        if (part.Find("reason") is { } value && FaultOfReason(value.Text) is { } fault)
            faults.Add(value, fault, $"explain in at least {ShortestReason} characters why the finding is harmless here");
    }

    private static void RequireFinding(ConfigurationSection part, Func<string, (string Message, string Remedy)?> faultOf, FaultList faults)
    {
        if (part.Find("finding") is { } value && part.Get<string>("finding") is { } id && faultOf(id) is { } fault)
            faults.Add(value, fault.Message, fault.Remedy);
    }

    /// <summary>Adds a fault for a text that is given and not good.</summary>
    public static void Require(ConfigurationSection part, string key, Func<string, bool> isGood, string message, string remedy, FaultList faults)
    {
        if (part.Find(key) is { } value && part.Get<string>(key) is { } text && !isGood(text)) faults.Add(value, message, remedy);
    }

    /// <summary>Returns the beginning of the day after the last one (UTC), or null when the text is no date.</summary>
    public static DateTimeOffset? End(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue
            ? new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null;
}
