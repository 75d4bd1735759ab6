using System.Globalization;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The text that a second person is shown about an act: the act, the person, the obligation, and every parameter.</summary>
internal static class ActText
{
    /// <summary>Returns the lines. Outside text in them is escaped.</summary>
    /// <param name="facts">The question.</param>
    /// <param name="asked">The act.</param>
    public static IReadOnlyList<string> Lines(ApprovalFacts facts, ActAsked asked) =>
    [
        .. ApprovalText.Line("act", ApprovalText.Visible(asked.Name)),
        .. ApprovalText.Line("asked by", $"{ApprovalText.Visible(facts.Subject)} of {ApprovalText.Visible(facts.Issuer)}"),
        .. ApprovalText.Line("asked with", facts.Client is { } client ? $"client {ApprovalText.Visible(client)}" : "no client"),
        .. facts.Rules.SelectMany(ApprovalText.Rule),
        .. ApprovalText.Line("people", ApprovalText.People(facts)),
        .. ApprovalText.Line("asked at", $"configuration {facts.Generation.ToString(CultureInfo.InvariantCulture)}"),
        .. ApprovalText.Line("parameters", string.Create(CultureInfo.InvariantCulture, $"{facts.Parameters.Length} bytes, in full:")),
        .. ApprovalText.Values(facts.Parameters.Span),
    ];
}
