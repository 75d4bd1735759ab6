namespace Gatehouse.Settings;

/// <summary>The decision of the rules about a finding.</summary>
/// <param name="Action">The action of the rule that decides, as far as everything is known.</param>
/// <param name="Rule">Its id; null where a suppression is about the finding.</param>
/// <param name="Open">Rules before it that may apply: it depends on a fact that is not known.</param>
/// <param name="Shadows">Rules in shadow before it.</param>
public sealed record FindingDecision(
    InspectionAction Action, string? Rule, IReadOnlyList<MessageInspectionRule> Open, IReadOnlyList<MessageInspectionRule> Shadows)
{
    /// <summary>True when a suppression is about the finding.</summary>
    public bool IsSuppressed => Rule is null;

    /// <summary>True when a rule before it could decide otherwise.</summary>
    public bool IsOpen => Open.Any(rule => !rule.IsShadow && rule.Action != Action);
}
