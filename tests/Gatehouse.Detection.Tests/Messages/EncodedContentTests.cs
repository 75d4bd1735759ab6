using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Tests.Messages;

/// <summary>Content in base64: what no reading shows is a finding, and text is none.</summary>
[Trait("Requirement", "PI-01")]
public sealed class EncodedContentTests
{
    private static readonly string Png = Convert.ToBase64String([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Bytes(400)]);

    private static readonly string Pdf = Convert.ToBase64String([.. "%PDF-1.7\n%"u8, 0xE2, 0xE3, 0xCF, 0xD3, .. Bytes(400)]);

    private static readonly string Text = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(
        "The train leaves at nine and arrives in the evening, with one stop on the way. ", 300))));

    public static TheoryData<string, string> Unread { get; } = new()
    {
        { "image", $$"""{"content":[{"type":"image","data":"{{Png}}","mimeType":"image/png"}]}""" },
        { "type after the data", $$"""{"content":[{"data":"{{Png}}","mimeType":"audio/wav","type":"audio"}]}""" },
        { "image of a few bytes", """{"content":[{"type":"image","data":"iVBORw==","mimeType":"image/png"}]}""" },
        { "image with spaces, which some decoders leave out",
            $$"""{"content":[{"type":"image","data":"{{string.Join(' ', Png.Chunk(9).Select(static part => new string(part)))}}"}]}""" },
        { "blob", $$"""{"contents":[{"uri":"demo://a","blob":"{{Pdf}}"}]}""" },
        { "blob of a few bytes", """{"contents":[{"uri":"demo://a","blob":"AAECAw=="}]}""" },
        { "embedded resource", $$$"""{"content":[{"type":"resource","resource":{"uri":"demo://a","blob":"{{{Pdf}}}"}}]}""" },
        { "document of another type", $$"""{"content":[{"type":"document","data":"{{Pdf}}"}]}""" },
        { "structured content", $$$"""{"content":[],"structuredContent":{"data":"{{{Pdf}}}"}}""" },
        { "name with an escape", $$"""{"contents":[{"uri":"demo://a","bl\u006fb":"{{Pdf}}"}]}""" },
        { "value with escapes", $$"""{"contents":[{"uri":"demo://a","blob":"{{Pdf.Replace("/", "\\/", StringComparison.Ordinal)}}"}]}""" },
        { "short lines behind one of text", $$"""{"contents":[{"uri":"demo://a","blob":"{{Text[..64]}}\n{{InLines(Pdf, 12)}}"}]}""" },
        { "binary after text", $$"""{"contents":[{"uri":"demo://a","blob":"{{Text.TrimEnd('=')}}{{Png}}"}]}""" },
    };

    private static string InLines(string text, int length) => string.Join("\\n", text.Chunk(length).Select(static part => new string(part)));

    public static TheoryData<string, string> Read { get; } = new()
    {
        { "text", """{"content":[{"type":"text","text":"The train leaves at nine."}]}""" },
        { "text in a blob", $$"""{"contents":[{"uri":"demo://a","blob":"{{Text}}"}]}""" },
        { "nothing in a blob", """{"contents":[{"uri":"demo://a","blob":""}]}""" },
        { "data of a log message", """{"level":"info","data":"started"}""" },
        { "data of a result", """{"content":[],"structuredContent":{"data":"The train leaves at nine","id":"a1b2c3d4e5f6a7b8c9d0"}}""" },
        { "digest in data", $$$"""{"content":[],"structuredContent":{"data":"{{{Convert.ToHexStringLower(Bytes(32))}}}"}}""" },
    };

    [Theory]
    [MemberData(nameof(Unread))]
    public void ContentThatIsNoText_IsAFinding(string what, string message)
    {
        Assert.NotNull(JsonNode.Parse(message));
        var finding = Assert.Single(Judge(message), static one => one.Rule == DetectionRules.UnreadContent);
        Assert.True(finding.Confidence == Confidence.Low, what);
        Assert.Equal((byte)'"', Encoding.UTF8.GetBytes(message)[finding.Span.Start]);
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void ContentThatIsRead_IsNone(string what, string message)
    {
        Assert.NotNull(JsonNode.Parse(message));
        Assert.True(Judge(message).All(static one => one.Rule != DetectionRules.UnreadContent), what);
    }

    // One finding of a kind: it says that there is such content, and where it begins.
    [Fact]
    public void ManyImages_AreOneFinding()
    {
        var image = $$"""{"type":"image","data":"{{Png}}"}""";
        Assert.Single(Judge($$"""{"content":[{{string.Join(',', Enumerable.Repeat(image, 20))}}]}"""));
    }

    private static IReadOnlyList<MessageFinding> Judge(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        return MessageJudge.Judge(bytes, new ByteRange(0, bytes.Length), MessagePlace.Result).Findings;
    }

    // The same ones each time.
    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(static at => (byte)((at * 167) + (at >> 3) + 131))];
}
