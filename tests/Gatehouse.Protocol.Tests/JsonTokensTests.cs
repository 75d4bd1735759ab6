using System.Text;
using System.Text.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Tests;

/// <summary>Our reading of tokens has the grammar of the framework's reader, in what it accepts and in what it refuses.</summary>
public class JsonTokensTests
{
    private const string Parts = "{}[],:\" \\u0e-.1";
    private const int LengthOfAll = 4;

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"\\n\"", "\\", "\\u00", "\\u12aB", "\\x", "0", "10", "01", "-", "-0", "1.5", ".", "1e", "e+9", "E-1",
            "true", "false", "null", "tru", "nulls", " ", "\t", "\r\n", "\f", "\u00a0", "\0", "\u001f", "\u007f", "/", "'", "NaN", "é", "sixteen bytes are"];

    [Fact]
    public void EveryShortText_IsJudgedAsByTheFrameworksReader()
    {
        var texts = new List<string> { "" };
        for (var from = 0; texts[from].Length < LengthOfAll; from++) texts.AddRange(Parts.Select(part => texts[from] + part));
        Assert.Equal(1 + 15 + 225 + 3_375 + 50_625, texts.Count);
        Assert.All(texts, static text => AssertAlike(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void TextsOfPieces_AreJudgedAsByTheFrameworksReader()
    {
        var dice = new Dice(6);
        var accepted = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 1 + dice.Next(9)).Select(_ => dice.Pick(Pieces)));
            if (AssertAlike(Encoding.UTF8.GetBytes(text))) accepted++;
        }

        Assert.InRange(accepted, 500, 30_000);
    }

    [Fact]
    public void GeneratedMessages_AreJudgedAsByTheFrameworksReader()
    {
        var generator = new MessageGenerator(new Dice(7));
        for (var round = 0; round < 20_000; round++) AssertAlike(generator.Next());
    }

    // Strings are read in steps of sixteen bytes: every byte of ASCII at every place of the first steps.
    [Fact]
    public void EveryByteAtEveryPlaceOfAString_IsJudgedAsByTheFrameworksReader()
    {
        for (var length = 1; length <= 34; length++)
        {
            for (var place = 0; place < length; place++)
            {
                for (byte b = 0; b < 0x80; b++)
                {
                    byte[] text = [(byte)'"', .. Enumerable.Repeat((byte)'n', length), (byte)'"', .. "                "u8];
                    text[1 + place] = b;
                    AssertAlike(text);
                    AssertAlike(text.AsSpan(0, length + 2).ToArray());
                    AssertAlike(text.AsSpan(0, length + 1).ToArray()); // without its end
                }
            }
        }
    }

    [Theory]
    [InlineData("{\"a\":1,}", 7)]
    [InlineData("[1 2]", 3)]
    [InlineData("{\"a\" 1}", 5)]
    [InlineData("[\"a\nb\"]", 1)]
    [InlineData("[01]", 1)]
    [InlineData("[tru]", 1)]
    [InlineData("[1]  x", 5)]
    [InlineData("{\"a\":[1", 7)]
    public void TheFault_IsAtItsPlace(string text, int position)
    {
        Assert.False(JsonValidator.TryValidate(Encoding.UTF8.GetBytes(text), MessageLimits.Default, out var failure));
        Assert.Equal(position, failure.Position);
    }

    // A fault of content is found first where both are there. True where both accept the text.
    private static bool AssertAlike(byte[] text)
    {
        var isAccepted = JsonValidator.TryValidate(text, MessageLimits.Default, out var failure);
        var isOfGrammar = failure.Fault is MessageFault.NotJson or MessageFault.TrailingContent or MessageFault.Empty;
        if (!isAccepted && !isOfGrammar) return false;
        if (IsReadByFramework(text) != isAccepted) Assert.Fail($"{JsonSerializer.Serialize(Encoding.UTF8.GetString(text))}: {failure}");
        return isAccepted;
    }

    private static bool IsReadByFramework(byte[] text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MessageLimits.Default.MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
