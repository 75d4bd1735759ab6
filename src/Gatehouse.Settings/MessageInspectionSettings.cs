namespace Gatehouse.Settings;

/// <summary>The handling of findings in messages.</summary>
public sealed record MessageInspectionSettings
{
    /// <summary>The set of rules that come last.</summary>
    public InspectionPreset Preset { get; init; } = InspectionPreset.Record;

    /// <summary>True when the configuration has the section. Without it findings are only recorded, and the start says so.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>The rules of the configuration, in order.</summary>
    public IReadOnlyList<MessageInspectionRule> Rules { get; init; } = [];

    /// <summary>Findings that a person reviewed and accepted.</summary>
    public IReadOnlyList<MessageSuppression> Suppressions { get; init; } = [];

    /// <summary>All rules in the order in which they are asked.</summary>
    public IEnumerable<MessageInspectionRule> InOrder => Rules.Concat(Preset.Rules);
}
