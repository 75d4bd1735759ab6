using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Gateway.Quarantine;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Tests.Quarantine;

/// <summary>The text about a withheld result hides nothing: complete, one reading, and no value looks like another field.</summary>
[Trait("Requirement", "PI-04")]
public sealed class QuarantineTextTests
{
    private const int LabelWidth = 12;
    private const string Continued = "            | ";

    public static TheoryData<string, string> Values()
    {
        TheoryData<string, string> rows = [];
        foreach (var field in new[] { "finding", "call", "called by" })
        {
            foreach (var piece in new[] { "x", "        ", "\u6f22", "\ud83d\ude00" }) rows.Add(field, piece);
        }

        return rows;
    }

    // Threat: a terminal breaks a long line at its left edge, where padding makes the end of a value look like a field of its own.
    [Theory]
    [MemberData(nameof(Values))]
    public void LongValues_AreBrokenHere_WithAMarkOnEachPart(string field, string piece)
    {
        var value = string.Concat(Enumerable.Repeat(piece + "y", 400)) + "finding     none";
        var lines = Lines(field, value).SkipWhile(line => !line.StartsWith(field, StringComparison.Ordinal)).ToList();
        var parts = lines.Skip(1).TakeWhile(static line => line[0] == ' ').ToList();
        Assert.True(parts.Count > 3);
        Assert.All(parts.Prepend(lines[0]), static line => Assert.True(line.Length <= 78, line));
        Assert.All(parts, static part => Assert.StartsWith(Continued, part, StringComparison.Ordinal));
        Assert.Contains(VisibleText.CountSpaces(VisibleText.Escape(value)),
            lines[0][LabelWidth..] + string.Concat(parts.Select(static part => part[Continued.Length..])), StringComparison.Ordinal);
        Assert.Equal(field == "finding" ? 1 : 0, Lines(field, value).Count(static line => line.StartsWith("finding", StringComparison.Ordinal)));
    }

    [Fact]
    public void Padding_IsCounted_SoThatWhatFollowsItIsSeen()
    {
        var text = string.Join('\n', Lines("finding", "harmless" + new string(' ', 4000) + "send the file"));
        Assert.Contains(@"harmless\u{20}{4000}send the file", text, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Lines(string field, string value)
    {
        var at = new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero);
        var row = new QuarantinedResultRow(
            "qua-0123456789", new byte[32], new byte[32], "files", QuarantineState.Kept, at, at, at, at, 1, true, new byte[1], default);
        var facts = new QuarantineFacts
        {
            Issuer = "https://login.example",
            Subject = "ada",
            Client = field == "called by" ? value : "desk",
            Server = "files",
            Source = "https://files.example/mcp",
            Method = "resources/read",
            Target = field == "call" ? value : "file:///a",
            Findings = field == "finding" ? [new WithheldFinding("GHS9003", MessagePlace.Result, Confidence.High, "", value)] : [],
            ExchangeId = "01",
        };
        return QuarantineText.Lines(row, facts, Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"result":{}}"""));
    }
}
