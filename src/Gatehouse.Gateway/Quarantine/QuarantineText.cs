using System.Globalization;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>
/// The text that a person is shown about a withheld result: its call, its findings and the whole result. Nothing is cut. It depends on what is stored
/// only, so that its digest says what was released.
/// </summary>
/// <remarks>
/// Threat: the result is made to deceive its reader. All outside text is escaped in one notation (<see cref="VisibleText"/>), spaces are counted, and
/// long lines are broken here and not by the terminal (<see cref="ApprovalText"/>). So no value hides another one or looks like another field.
/// </remarks>
internal static class QuarantineText
{
    /// <summary>Returns the lines. Outside text in them is escaped.</summary>
    /// <param name="row">The row.</param>
    /// <param name="facts">Its facts.</param>
    /// <param name="message">The message as the server sent it.</param>
    public static IReadOnlyList<string> Lines(QuarantinedResultRow row, QuarantineFacts facts, ReadOnlyMemory<byte> message)
    {
        var result = MessageValidator.TryValidate(message, ResponseLimits.For(message.Length), out var kept, out _)
            ? kept.Raw(EnvelopeMember.Result) : message.Span;
        return
        [
            .. ApprovalText.Line("result", $"{Visible(row.Id)}, withheld {Moments.Words(row.At)}"),
            .. ApprovalText.Line("call", $"{Visible(facts.Method)} {Visible(facts.Target)}".TrimEnd()),
            .. ApprovalText.Line("server", $"{Visible(facts.Server)} ({Visible(facts.Source)})"),
            .. ApprovalText.Line("called by", $"{Visible(facts.Subject)} of {Visible(facts.Issuer)}{Client(facts)}"),
            .. facts.Findings.SelectMany(Finding),
            .. ApprovalText.Line("definition", facts.Definition is { } digest ? Visible(digest) : "none"),
            .. ApprovalText.Line("exchange", $"{Visible(facts.ExchangeId)}, configuration {facts.Generation.ToString(CultureInfo.InvariantCulture)}"),
            .. ApprovalText.Line("content", string.Create(CultureInfo.InvariantCulture, $"{result.Length} bytes, in full:")),
            .. ApprovalText.Values(result),
        ];
    }

    private static string Client(QuarantineFacts facts) => facts.Client is { } client ? $", with client {Visible(client)}" : "";

    private static IEnumerable<string> Finding(WithheldFinding one) => ApprovalText.Line(
        "finding", $"{Visible(one.Rule)} {Word(one.Confidence)} in {Word(one.Place)}: {VisibleText.InQuotes(Visible(one.Excerpt))}");

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Visible(string? text) => ApprovalText.Visible(text);
}
