using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>The smallest content of each kind.</summary>
internal static class Content
{
    /// <summary>A picture of one red point.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC");

    /// <summary>A sound file whose sound is empty.</summary>
    public static byte[] Wav { get; } =
    [
        .. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0,
        0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0, .. "data"u8, 0, 0, 0, 0,
    ];

    public static TextContentBlock Text(string text) => new() { Text = text };

    public static ImageContentBlock Image() => ImageContentBlock.FromBytes(Png, "image/png");

    public static AudioContentBlock Audio() => AudioContentBlock.FromBytes(Wav, "audio/wav");

    public static EmbeddedResourceBlock Embedded(string uri, string mimeType, string text) =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = mimeType, Text = text } };

    public static CallToolResult Result(params ContentBlock[] content) => new() { Content = [.. content] };

    public static CallToolResult Result(string text) => Result(Text(text));
}
