using System.Text.Json;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>
/// The whole list of rules that a calibration prints: those of the configuration, then the calibrated ones, and the preset. It knows for which
/// findings less happens than before.
/// </summary>
internal sealed class CalibratedRules
{
    /// <summary>The beginning of the ids of calibrated rules. A later calibration of the same place replaces them.</summary>
    public const string Mark = "calibrated-";

    private readonly MessageInspectionSettings before;
    private readonly List<MessageInspectionRule> kept;
    private readonly List<MessageInspectionRule> calibrated;

    /// <summary>Makes the list.</summary>
    /// <param name="all">The calibration of each place.</param>
    /// <param name="action">The wished action.</param>
    /// <param name="configured">The rules in force; null where no configuration is known.</param>
    public CalibratedRules(IReadOnlyList<Calibration> all, InspectionAction action, MessageInspectionSettings? configured)
    {
        before = configured is { IsConfigured: true } ? configured with { Suppressions = [] }
            : new MessageInspectionSettings { IsConfigured = true, Preset = InspectionPreset.Default };
        var places = all.Select(one => one.Place).ToHashSet();
        kept = [.. before.Rules.Where(rule => !IsEarlier(rule, places))];
        var ids = kept.Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        calibrated = [.. all.SelectMany(one => one.Rules(action, before.Preset)).Select(rule => rule with { Id = Free(rule.Id, ids) })];
    }

    /// <summary>The rules that decided until now, in words.</summary>
    public string Before => $"{(before.Rules.Count > 0 ? "the rules of the configuration and " : "")}the preset {before.Preset.Name}";

    /// <summary>Ids of rules of an earlier calibration, which are replaced.</summary>
    public IEnumerable<string> Replaced => before.Rules.Except(kept).Select(rule => rule.Id);

    /// <summary>Returns the findings that get less action than before, with the calibrated rules in force or in shadow.</summary>
    public IReadOnlyList<WeakerAction> Weaker(bool inForce)
    {
        var after = before with { Rules = [.. kept, .. calibrated.Select(rule => rule with { IsShadow = !inForce })] };
        return
        [
            .. from place in Enum.GetValues<MessagePlace>()
               from rule in DetectionRules.InMessages
               from confidence in Enum.GetValues<Confidence>().OrderDescending()
               where confidence == Confidence.High || rule != DetectionRules.Unread
               let was = ActionOf(before, place, rule, confidence)
               let now = ActionOf(after, place, rule, confidence)
               where now < was
               select new WeakerAction(rule.Id, place, confidence, was, now),
        ];
    }

    /// <summary>Returns the section of the configuration.</summary>
    public IEnumerable<string> Yaml() =>
        ["inspection:", "  messages:", $"    preset: {before.Preset.Name}", "    rules:", .. kept.SelectMany(Yaml), .. calibrated.SelectMany(Yaml)];

    private static InspectionAction ActionOf(MessageInspectionSettings settings, MessagePlace place, FindingRule rule, Confidence confidence) =>
        new FindingCase(place, rule.Id, confidence).Decide(settings, default).Action;

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
            if (names is not null) yield return $"        {key}: [{string.Join(", ", names.Names.Select(name => JsonSerializer.Serialize(name)))}]";
        }

        yield return $"        confidence: {Words.Of(rule.Confidence)}";
    }

    private static string Plain(string id) => id.Contains('*', StringComparison.Ordinal) ? JsonSerializer.Serialize(id) : id;

    private static (string Key, NameSet? Names)[] Lists(MessageInspectionRule rule) =>
    [
        ("servers", rule.Servers), ("tools", rule.Tools), ("issuers", rule.Who?.Issuers), ("subjects", rule.Who?.Subjects),
        ("clients", rule.Who?.Clients), ("roles", rule.Who?.Roles), ("groups", rule.Who?.Groups), ("scopes", rule.Who?.Scopes),
    ];
}
