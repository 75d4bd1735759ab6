using System.Globalization;
using Gatehouse.Gateway.Access;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The text that a person is shown about a right: what would be granted, the person, the time, and the reason.</summary>
internal static class AccessText
{
    /// <summary>Returns the lines. Outside text in them is escaped.</summary>
    /// <param name="facts">The question.</param>
    /// <param name="asked">What is asked for.</param>
    public static IReadOnlyList<string> Lines(ApprovalFacts facts, AccessAsked asked) =>
    [
        .. ApprovalText.Line("right", ApprovalText.Visible(asked.Rule)),
        .. ApprovalText.Line("for", $"{ApprovalText.Visible(facts.Subject)} of {ApprovalText.Visible(facts.Issuer)}, with whatever client"),
        .. ApprovalText.Line("lasts", $"{Duration(asked.Lasts)} from the grant"),
        .. ApprovalText.Line("asked with", facts.Client is { } client ? $"client {ApprovalText.Visible(client)}" : "no client"),
        .. facts.Rules.SelectMany(ApprovalText.Rule),
        .. ApprovalText.Line("people", ApprovalText.People(facts)),
        .. ApprovalText.Line("asked at", $"configuration {facts.Generation.ToString(CultureInfo.InvariantCulture)}"),
        // Threat: a long reason moves the person and the time off the screen. It is the last of the lines.
        .. ApprovalText.Line("reason", $"\"{ApprovalText.Visible(asked.Reason).Replace("\"", "\\\"", StringComparison.Ordinal)}\""),
    ];

    /// <summary>Returns a time span of whole seconds in words.</summary>
    public static string Duration(TimeSpan span)
    {
        var parts = new[] { ((int)span.TotalHours, "h"), (span.Minutes, "min"), (span.Seconds, "s") };
        return string.Join(' ', parts.Where(static part => part.Item1 > 0)
            .Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")));
    }
}
