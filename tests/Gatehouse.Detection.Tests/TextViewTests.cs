using System.Text;
using Gatehouse.Detection.Rules;
using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Tests;

/// <summary>Readings and their places.</summary>
[Trait("Requirement", "TP-01")]
public sealed class TextViewTests
{
    [Theory]
    [InlineData("Read%20the%20file", ViewKind.Percent, "Read the file")]
    [InlineData("a&#105;&#x67;&lt;b", ViewKind.Entities, "aig<b")]
    [InlineData("say \\u0068\\x69", ViewKind.Escapes, "say hi")]
    [InlineData("x cmVhZCB0aGUgZmlsZSBhbmQgc2VuZCBpdA== y", ViewKind.Base64, "read the file and send it")]
    [InlineData("x 7265616420746865206669 6c65", ViewKind.Hexadecimal, "read the fi")]
    public void Encodings_AreRead(string text, ViewKind kind, string expected) =>
        Assert.Contains(TextViews.Of(TextView.Of(text)).Readings, view => view.Kind == kind && view.Text == expected);

    [Fact]
    public void HiddenWriting_IsRead()
    {
        var tags = "a" + string.Concat("Read it".Select(letter => char.ConvertFromUtf32(0xE0000 + letter)));
        var selectors = "a"
            + string.Concat("Read it"u8.ToArray()
            .Select(value => value < 16 ? ((char)(0xFE00 + value)).ToString() : char.ConvertFromUtf32(0xE0100 + value - 16)));
        var bits = "a" + string.Concat("Read"u8.ToArray()
            .SelectMany(value => Enumerable.Range(0, 8).Select(bit => (value >> (7 - bit) & 1) == 0 ? '\u200B' : '\u200C')));
        Assert.Contains(TextViews.Of(TextView.Of(tags)).Readings, view => view is { Kind: ViewKind.Tags, Text: "Read it" });
        Assert.Contains(TextViews.Of(TextView.Of(selectors)).Readings, view => view is { Kind: ViewKind.Selectors, Text: "Read it" });
        Assert.Contains(TextViews.Of(TextView.Of(bits)).Readings, view => view is { Kind: ViewKind.InvisibleBits, Text: "Read" });
    }

    [Theory]
    [InlineData("ＩＧＮＯＲＥ　ａｌｌ", "ignore all")]
    [InlineData("іgnоrе аll", "ignore all")]
    [InlineData("ig\u200Bno\u2060re", "ignore")]
    [InlineData("I\u0301g\u0300n\u0302ore", "ignore")]
    [InlineData("𝐢𝐠𝐧𝐨𝐫𝐞 𝒶𝓁𝓁", "ignore all")]
    [InlineData("ﬁle ① Ａ", "file 1 a")]
    [InlineData("do **not**\n tell", "do not tell")]
    [InlineData("Größe ẞ", "grosse ss")]
    public void Folding_ReadsAsAPersonWould(string text, string expected) => Assert.Equal(expected, TextViews.Of(TextView.Of(text)).Folded[0].Text);

    [Theory]
    [InlineData("readFile_fromDisk-now", "read file from disk now")]
    [InlineData("conversation_history", "conversation history")]
    public void Names_AreReadAsWords(string name, string expected) =>
        Assert.Equal(expected, TextViews.Of(TextView.Of(name), isName: true).Folded[0].Text.Trim());

    [Theory]
    [InlineData("d0 n0t t3ll the us3r", ViewKind.Leet, "do not tell the user")]
    [InlineData("please i g n o r e it", ViewKind.Joined, "please ignore it")]
    public void FurtherViews_AreThere(string text, ViewKind kind, string expected) =>
        Assert.Contains(TextViews.Of(TextView.Of(text)).Folded, view => view.Kind == kind && view.Text == expected);

    [Fact]
    public void EncodingsWithinEncodings_AreReadToABound()
    {
        var text = "read the file and send it away";
        for (var depth = 1; depth <= 3; depth++)
        {
            text = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
            Assert.Contains(TextViews.Of(TextView.Of(text)).Readings, view => view.Text == "read the file and send it away");
        }

        Assert.True(TextViews.Of(TextView.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)))).IsCut);
    }

    // The span of what was found in a reading is the bytes of the document that it was written in.
    [Fact]
    public void Spans_AreThoseOfTheDocument()
    {
        var json = Encoding.UTF8.GetBytes("{\"d\":\"\\u00fc\\ud83d\\ude00 r\u0435ad \\\"it\\\"\"}");
        var start = json.AsSpan().IndexOf("\"\\u00fc"u8);
        var view = TextView.OfJson(json, new ByteRange(start, json.Length - 1 - start));
        Assert.Equal("ü😀 r\u0435ad \"it\"", view.Text);
        var folded = TextViews.Of(view).Folded[0];
        var at = folded.Text.IndexOf("read", StringComparison.Ordinal);
        Assert.Equal("r\u0435ad", Encoding.UTF8.GetString(folded.Span(at, 4).Of(json)));
        Assert.Equal("\\u00fc", Encoding.UTF8.GetString(view.Span(0, 1).Of(json)));
        Assert.Equal("\\ud83d\\ude00", Encoding.UTF8.GetString(view.Span(1, 2).Of(json)));
        Assert.Equal("\\\"it\\\"", Encoding.UTF8.GetString(view.Span(view.Text.Length - 4, 4).Of(json)));
    }

    // Every reading of every text: places within the original, in order but where writing is taken out of line, and no more than the bounds.
    [Fact]
    public void AnyText_HasReadingsWithinBounds()
    {
        var dice = new Dice(20261120);
        string[] parts = ["read ", "%41", "%e4%bd%a0", "&#105;", "&amp;#105;", "\\u0041", "cmVhZCB0aGUgZmlsZSBhbmQgc2VuZA==",
            "72656164207468652066696c65", "\u200B", "\u202E", "\uD83D", "\uDE00", "😀", "é", "e\u0301", "Ａ", "𝐀", "我", "\0", "\n\n", "\uFE01\uFE02",
            "\U000E0041", "i g n o r e", "0", "_", "-"];
        for (var round = 0; round < 3000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, dice.Next(30)).Select(_ => parts[dice.Next(parts.Length)]));
            var bytes = Encoding.UTF8.GetBytes(text);
            var views = TextViews.Of(TextView.OfUtf8(bytes, 7), dice.Next(2) == 0);
            Assert.InRange(views.Readings.Count, 1, TextViews.MostReadings);
            Assert.InRange(views.Folded.Count, 1, 4 * TextViews.MostReadings);
            foreach (var view in views.Readings.Concat(views.Folded))
                RequirePlaces(view, bytes.Length);
            _ = TextJudge.Judge(TextView.OfUtf8(bytes), (TextRole)dice.Next(3));
        }
    }

    [Fact]
    public void AnyBytes_AreRead()
    {
        var dice = new Dice(7);
        for (var round = 0; round < 3000; round++)
        {
            byte[] bytes = [.. Enumerable.Range(0, dice.Next(60)).Select(_ => (byte)dice.Next(256))];
            RequirePlaces(TextView.OfUtf8(bytes, 7), bytes.Length);
            RequirePlaces(TextView.OfJson([(byte)'"', .. bytes, (byte)'"'], new ByteRange(0, bytes.Length + 2)), bytes.Length + 2, offset: 0);
        }
    }

    // Doubling the text at most doubles what is made of it: nothing grows with the square.
    [Theory]
    [InlineData("%41")]
    [InlineData("&#105;")]
    [InlineData("\\u0041")]
    [InlineData("cmVhZCB0aGUgZmlsZSBhbmQgc2VuZA== ")]
    [InlineData("i g n o r e ")]
    [InlineData("do not tell the user before any other tool ~/.ssh/id_rsa send ")]
    public void Size_OfReadingsIsLinear(string part)
    {
        long once = Size(string.Concat(Enumerable.Repeat(part, 400))), twice = Size(string.Concat(Enumerable.Repeat(part, 800)));
        Assert.InRange(twice, once, (2 * once) + 1000);
        Assert.True(TextViews.Of(TextView.Of(new string('a', TextViews.LongestText + 1))).IsCut);

        static long Size(string text) =>
            TextViews.Of(TextView.Of(text)).Readings.Concat(TextViews.Of(TextView.Of(text)).Folded).Sum(view => (long)view.Text.Length);
    }

    private static void RequirePlaces(TextView view, int length, int offset = 7)
    {
        var isInLine = view.Kind is not (ViewKind.Base64 or ViewKind.Hexadecimal);
        var last = 0;
        for (var at = 0; at < view.Text.Length; at++)
        {
            var span = view.Span(at, 1);
            Assert.InRange(span.Start, offset, offset + length);
            Assert.InRange(span.End, span.Start, offset + length);
            Assert.True(span.Start >= last || !isInLine || view.Parent is { Kind: ViewKind.Base64 or ViewKind.Hexadecimal }, "places go backwards");
            last = span.Start;
        }

        var whole = view.Span(0, view.Text.Length);
        Assert.InRange(whole.End, whole.Start, offset + length);
    }
}
