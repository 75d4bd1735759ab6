using System.Globalization;
using Gatehouse.Gateway.Access;
using Gatehouse.Text;

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
        .. ApprovalText.Line("lasts", $"{Durations.Words(asked.Lasts)} from the grant"),
        .. ApprovalText.Line("asked with", facts.Client is { } client ? $"client {ApprovalText.Visible(client)}" : "no client"),
        .. facts.Rules.SelectMany(ApprovalText.Rule),
        .. ApprovalText.Line("people", ApprovalText.People(facts)),
        .. ApprovalText.Line("asked at", $"configuration {facts.Generation.ToString(CultureInfo.InvariantCulture)}"),
        // Threat: a long reason moves the person and the time off the screen. It is the last of the lines.
        .. ApprovalText.Line("reason", VisibleText.InQuotes(ApprovalText.Visible(asked.Reason))),
    ];
}
