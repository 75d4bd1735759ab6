using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The actions that rules would take on a finding.</summary>
/// <param name="Action">The action of the rule that decides, as far as everything is known.</param>
/// <param name="Rule">Its id; null where a suppression is about the finding.</param>
/// <param name="Open">Rules before it that apply, or not, by something that is not known.</param>
/// <param name="Shadows">Rules in shadow before it.</param>
internal sealed record FindingVerdict(
    InspectionAction Action, string? Rule, IReadOnlyList<MessageInspectionRule> Open, IReadOnlyList<MessageInspectionRule> Shadows)
{
    /// <summary>True when a rule before it could decide otherwise.</summary>
    public bool IsOpen => Open.Any(rule => !rule.IsShadow && rule.Action != Action);

    /// <summary>Returns action and rule, such as <c>block (preset-sure)</c>.</summary>
    public override string ToString() => Rule is null ? "record (suppressed)" : $"{Words.Of(Action)} ({Rule})";

    /// <summary>Returns the rules that could decide otherwise or are in shadow, a sentence each.</summary>
    public IEnumerable<string> Remarks() =>
    [
        .. Open.Select(rule => $"rule {rule.Id} {(rule.IsShadow ? "(shadow) " : "")}says {Words.Of(rule.Action)} if it matches {Unknown(rule)}"),
        .. Shadows.Select(rule => $"rule {rule.Id} is in shadow and would {Words.Of(rule.Action)}"),
    ];

    private static string Unknown(MessageInspectionRule rule)
    {
        string?[] parts = [rule.Servers is null ? null : "the server", rule.Tools is null ? null : "the tool", rule.Who is null ? null : "the caller"];
        return string.Join(" and ", parts.OfType<string>());
    }
}
