using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Secrets;

/// <summary>Each row of the table of issuers' formats finds what has the format, and nothing that only resembles it.</summary>
[Trait("Requirement", "SC-07")]
public sealed class FormatTableTests
{
    private const int Rounds = 20;

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, SecretFormats.All.Count)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_FindsWhatHasItsFormat(int row)
    {
        var (format, dice, missed) = (SecretFormats.All[row], new Dice((ulong)row + 1), new List<string>());
        for (var round = 0; round < Rounds; round++)
        {
            var text = Drawn.Of(format, dice);
            foreach (var around in (string[])[$"x = \"{text}\"", $"- {text}", $"a\\n{text}\\n"])
            {
                if (!SecretDetector.Find(around).Any(hit => hit.Confidence >= Confidence.Medium)) missed.Add(around);
            }
        }

        // By chance a drawn text has a word or a run in it that placeholders have.
        Assert.True(missed.Count <= 6, $"{format.Kind}: {missed.Count} of {3 * Rounds} missed, first {missed.FirstOrDefault()}");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_TakesNoPlaceholder(int row)
    {
        var format = SecretFormats.All[row];
        if (format.IsFixed) return;
        foreach (var letter in "xX0A")
        {
            var text = string.Concat(format.Pieces.Select(piece => piece.Text ?? new string(letter, Math.Max(piece.Least, Math.Min(20,
                piece.Most)))));
            Assert.DoesNotContain(SecretDetector.Find($"x = {text}"), hit => hit.Kind == format.Kind);
        }
    }

    // A near miss: one character less than the issuer draws, or one more, is none of its keys.
    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_TakesNoOtherLength(int row)
    {
        var format = SecretFormats.All[row];
        if (format.Pieces[^1] is not { Class: { } last, Text: null } piece || piece.IsContext) return;
        var dice = new Dice((ulong)row + 7);
        var shortest = string.Concat(format.Pieces.Select(part => part.Text ?? Drawn.OfPiece(part, dice, part.Least)));
        Assert.Null(format.Match(shortest.AsSpan(0, shortest.Length - 1), shortest.IndexOf(format.Anchor, StringComparison.Ordinal), out _));
        var longest = string.Concat(format.Pieces.Select(part => part.Text ?? Drawn.OfPiece(part, dice, part.Most))) + "a";
        Assert.True(format.Match(longest, longest.IndexOf(format.Anchor, StringComparison.Ordinal), out _) is null, $"{format.Kind} {last}");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_NamesItsDocumentation(int row)
    {
        var format = SecretFormats.All[row];
        Assert.StartsWith("https://", format.Source, StringComparison.Ordinal);
        Assert.All(format.Marks, mark => Assert.Contains(mark, (string[])["-", "crc", "soft", "inner", "fixed"]));
    }

    [Theory]
    [InlineData("k \"a\" alnum{3}")]
    [InlineData("k | alnum{3} | - | https://x.example")]
    [InlineData("k | \"a\" nothing{3} | - | https://x.example")]
    [InlineData("k | \"a\" alnum | - | https://x.example")]
    public void BrokenRow_IsRefused(string row) => Assert.Throws<FormatException>(() => SecretFormats.Parse(row));

    [Fact]
    public void Checksum_DecidesTheConfidence()
    {
        var token = Drawn.GitHub(new Dice(5));
        Assert.Equal(Confidence.High, Assert.Single(SecretDetector.Find(token)).Confidence);
        Assert.Equal(Confidence.Medium, Assert.Single(SecretDetector.Find(token[..^1] + (token[^1] == 'A' ? 'B' : 'A'))).Confidence);
    }

    [Theory]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;")]
    [InlineData("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]
    [InlineData("https://user:password@example.com/")]
    [InlineData("postgres://postgres:postgres@localhost:5432/app")]
    [InlineData("amqp://guest:guest@rabbit/")]
    [InlineData("https://$USER:$TOKEN@github.com/a/b")]
    [InlineData("curl -u user:password https://a.example")]
    [InlineData("curl -u \"$NAME:$PASS\" https://a.example")]
    public void PublishedExample_IsNoSecret(string text) =>
        Assert.DoesNotContain(SecretDetector.Find(text), hit => hit.Confidence >= Confidence.Medium);
}
