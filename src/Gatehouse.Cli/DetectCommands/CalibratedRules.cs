using System.Text.Json.Nodes;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>
/// The whole list of rules that a calibration prints: those of the configuration, and the calibrated ones in the place of earlier ones or at the end.
/// It knows for which findings less happens than before.
/// </summary>
internal sealed class CalibratedRules
{
    /// <summary>The beginning of the ids of calibrated rules. A later calibration of the same place replaces them.</summary>
    public const string Mark = "calibrated-";

    private readonly MessageInspectionSettings before;
    private readonly List<MessageInspectionRule> replaced;
    private readonly List<(MessageInspectionRule Rule, bool IsCalibrated)> after = [];
    private readonly ComparedMessages messages;

    /// <summary>Makes the list.</summary>
    /// <param name="all">The calibration of each place.</param>
    /// <param name="action">The wished action.</param>
    /// <param name="configured">The rules in force; null where no configuration is known.</param>
    public CalibratedRules(IReadOnlyList<Calibration> all, InspectionAction action, MessageInspectionSettings? configured)
    {
        before = configured is { IsConfigured: true } ? configured with { Suppressions = [] }
            : new MessageInspectionSettings { IsConfigured = true, Preset = InspectionPreset.Default };
        messages = new ComparedMessages(before.Rules);
        var places = all.Select(one => one.Place).ToHashSet();
        replaced = [.. before.Rules.Where(rule => IsEarlier(rule, places))];
        var ids = before.Rules.Except(replaced).Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        var calibrated = all.SelectMany(one => one.Rules(action, before.Preset)).Select(rule => rule with { Id = Free(rule.Id, ids) }).ToList();
        foreach (var rule in before.Rules)
        {
            if (replaced.Contains(rule)) Put(calibrated, rule.Places![0]);
            else after.Add((rule, false));
        }

        foreach (var place in all.Select(one => one.Place)) Put(calibrated, place);
    }

    /// <summary>The rules that decided until now, in words.</summary>
    public string Before => $"{(before.Rules.Count > 0 ? "the rules of the configuration and " : "")}the preset {before.Preset.Name}";

    /// <summary>Ids of rules of an earlier calibration, which are replaced.</summary>
    public IEnumerable<string> Replaced => replaced.Select(rule => rule.Id);

    /// <summary>What the comparison with the rules before leaves out; empty when it is complete.</summary>
    public IEnumerable<string> NotCompared => messages.Left;

    /// <summary>Returns the findings that get less action than before, with the calibrated rules in force or in shadow.</summary>
    public IReadOnlyList<WeakerAction> Weaker(bool inForce)
    {
        var rules = after.Select(one => one.IsCalibrated ? one.Rule with { IsShadow = !inForce } : one.Rule);
        var settings = before with { Rules = [.. rules] };
        return
        [
            .. from place in Enum.GetValues<MessagePlace>()
               from rule in DetectionRules.InMessages
               from confidence in Enum.GetValues<Confidence>().OrderDescending()
               where confidence == Confidence.High || rule != DetectionRules.Unread
               from weaker in Weaker(settings, new FindingCase(place, rule.Id, confidence))
               select weaker,
        ];
    }

    /// <summary>Returns the list, indented as in a configuration. It has no other key, so that nothing else of the section is replaced.</summary>
    public IEnumerable<string> Yaml() =>
        ["    # the value of inspection.messages.rules", "    rules:", .. after.SelectMany(one => Yaml(one.Rule))];

    // The rules of a place come where the first one of an earlier calibration was, so that exceptions before and after them keep their order.
    private void Put(List<MessageInspectionRule> calibrated, MessagePlace place)
    {
        after.AddRange(calibrated.Where(rule => rule.Places![0] == place).Select(rule => (rule, true)));
        calibrated.RemoveAll(rule => rule.Places![0] == place);
    }

    // A server or tool is named only where its case differs from the more general one.
    private List<WeakerAction> Weaker(MessageInspectionSettings settings, FindingCase found)
    {
        var all = new List<WeakerAction>();
        foreach (var (server, tool) in messages.In(found.Place))
        {
            var (was, now) = (ActionOf(before, found, server, tool), ActionOf(settings, found, server, tool));
            if (now >= was || all.Exists(one => one.Covers(server, tool) && one.Was == was && one.Now == now)) continue;
            all.Add(new WeakerAction(found.Finding, found.Place, found.Confidence, was, now) { Server = server, Tool = tool });
        }

        return all;
    }

    // No rule names the empty server, and no caller either: rules about callers are among those that are not compared.
    private static InspectionAction ActionOf(MessageInspectionSettings settings, FindingCase found, string? server, string? tool) =>
        (found with { Server = server ?? "", Tool = tool, IsToolKnown = true, IsCallerKnown = true }).Decide(settings, default).Action;

    // One that its owner has narrowed since is a rule of its own.
    private static bool IsEarlier(MessageInspectionRule rule, HashSet<MessagePlace> places) => rule.Id.StartsWith(Mark, StringComparison.Ordinal)
        && rule is { Servers: null, Tools: null, Who: null, Places: [var place] } && places.Contains(place);

    private static string Free(string id, HashSet<string> ids)
    {
        var free = id;
        for (var number = 2; !ids.Add(free); number++) free = $"{id}-{number}";
        return free;
    }

    private static IEnumerable<string> Yaml(MessageInspectionRule rule)
    {
        yield return $"      - id: {rule.Id}";
        yield return $"        mode: {(rule.IsShadow ? "shadow" : "enforce")}";
        yield return $"        action: {Words.Of(rule.Action)}";
        if (rule.Places is { } places) yield return $"        places: [{string.Join(", ", places.Select(Words.Of))}]";
        if (rule.Findings is { } findings) yield return $"        findings: [{string.Join(", ", findings.Names.Select(Plain))}]";
        foreach (var (key, names) in Lists(rule))
        {
            if (names is not null) yield return $"        {key}: [{string.Join(", ", names.Names.Select(Quoted))}]";
        }

        yield return $"        confidence: {Words.Of(rule.Confidence)}";
    }

    private static string Plain(string id) => id.Contains('*', StringComparison.Ordinal) ? Quoted(id) : id;

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    private static (string Key, NameSet? Names)[] Lists(MessageInspectionRule rule) =>
    [
        ("servers", rule.Servers), ("tools", rule.Tools), ("issuers", rule.Who?.Issuers), ("subjects", rule.Who?.Subjects),
        ("clients", rule.Who?.Clients), ("roles", rule.Who?.Roles), ("groups", rule.Who?.Groups), ("scopes", rule.Who?.Scopes),
    ];
}
