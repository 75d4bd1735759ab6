using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Settings;

/// <summary>A named set of rules about findings in messages, which come after those of the configuration.</summary>
/// <param name="Name">The name, as configurations write it.</param>
/// <param name="Rules">Its rules, in order. The last one matches every finding.</param>
public sealed record InspectionPreset(string Name, IReadOnlyList<MessageInspectionRule> Rules)
{
    // What a client sends. No notice fits there: the reader is a server.
    private static readonly MessagePlace[] FromClients = [MessagePlace.Argument, MessagePlace.Answer];

    // Values and log lines have no room for a notice that their reader would see.
    private static readonly MessagePlace[] WithoutNotice = [MessagePlace.Completion, MessagePlace.Notification];

    private static readonly NameSet Unread = new([DetectionRules.Unread.Id]);

    private static readonly MessageInspectionRule Rest = Rule("preset-rest", InspectionAction.Record, Confidence.Low);

    /// <summary>Everything passes and is recorded.</summary>
    public static InspectionPreset Record { get; } = new("record", [Rest]);

    /// <summary>Sure findings in what servers send are blocked; others, and what could not be read, get a notice.</summary>
    public static InspectionPreset Default { get; } = new("default",
    [
        Rule("preset-from-clients", InspectionAction.Record, Confidence.Low) with { Places = FromClients },
        Rule("preset-unread", InspectionAction.Annotate, Confidence.Low) with { Findings = Unread },
        Rule("preset-sure", InspectionAction.Block, Confidence.High),
        Rule("preset-without-notice", InspectionAction.Record, Confidence.Medium) with { Places = WithoutNotice },
        Rule("preset-likely", InspectionAction.Annotate, Confidence.Medium),
        Rest,
    ]);

    /// <summary>Sure and likely findings are blocked in both directions, and so is what could not be read; the rest gets a notice.</summary>
    public static InspectionPreset Strict { get; } = new("strict",
    [
        Rule("preset-unread", InspectionAction.Block, Confidence.Low) with { Findings = Unread },
        Rule("preset-sure", InspectionAction.Block, Confidence.High),
        Rule("preset-likely-from-clients", InspectionAction.Ask, Confidence.Medium) with { Places = FromClients },
        Rule("preset-likely", InspectionAction.Block, Confidence.Medium),
        Rule("preset-possible-from-clients", InspectionAction.Record, Confidence.Low) with { Places = [.. FromClients, .. WithoutNotice] },
        Rule("preset-possible", InspectionAction.Annotate, Confidence.Low),
    ]);

    /// <summary>All presets.</summary>
    public static IReadOnlyList<InspectionPreset> All { get; } = [Record, Default, Strict];

    /// <summary>Returns the preset with the name; null when there is none.</summary>
    public static InspectionPreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    private static MessageInspectionRule Rule(string id, InspectionAction action, Confidence least) =>
        new() { Id = id, Action = action, Confidence = least };
}
