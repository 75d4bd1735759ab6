using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The decision of the rules about a finding, in words.</summary>
internal static class FindingVerdict
{
    /// <summary>
    /// Returns the decision of the rules with what happens to the message: where no notice fits, the gateway blocks it (<see cref="Calibration.Effective"/>).
    /// </summary>
    public static FindingDecision Decide(this FindingCase found, MessageInspectionSettings settings, DateTimeOffset now)
    {
        var decision = found.Judge(settings, now);
        return decision with
        {
            Action = Calibration.Effective(decision.Action, found.Place),
            Open = [.. decision.Open.Select(Effective)],
            Shadows = [.. decision.Shadows.Select(Effective)],
        };

        MessageInspectionRule Effective(MessageInspectionRule rule) => rule with { Action = Calibration.Effective(rule.Action, found.Place) };
    }

    /// <summary>Returns action and rule, such as <c>block (preset-sure)</c>.</summary>
    public static string Text(this FindingDecision decision) =>
        decision.IsSuppressed ? "record (suppressed)" : $"{Words.Of(decision.Action)} ({decision.Rule})";

    /// <summary>Returns the rules that could decide otherwise or are in shadow, a sentence each.</summary>
    public static IEnumerable<string> Remarks(this FindingDecision decision) =>
    [
        .. decision.Open.Select(rule => $"rule {rule.Id} {(rule.IsShadow ? "(shadow) " : "")}says {Words.Of(rule.Action)} if it matches {Unknown(rule)}"),
        .. decision.Shadows.Select(rule => $"rule {rule.Id} is in shadow and would {Words.Of(rule.Action)}"),
    ];

    private static string Unknown(MessageInspectionRule rule)
    {
        string?[] parts = [rule.Servers is null ? null : "the server", rule.Tools is null ? null : "the tool", rule.Who is null ? null : "the caller"];
        return string.Join(" and ", parts.OfType<string>());
    }
}
