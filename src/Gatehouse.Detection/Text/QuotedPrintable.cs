using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>The encoding of mail parts in which an equals sign begins a byte or joins two lines (RFC 2045 section 6.7).</summary>
internal static class QuotedPrintable
{
    /// <summary>Returns the reading, or null where nothing is encoded.</summary>
    public static TextView? Decode(TextView parent, int most)
    {
        var text = parent.Text;
        var builder = new ViewBuilder(ViewKind.QuotedPrintable, parent, most);
        var changed = false;
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            if (SoftBreak(text, at) is var skipped and > 0)
            {
                at += skipped;
                changed = true;
                continue;
            }

            var count = 0;
            while (count < 4 && At(text, at + (3 * count)) is { } value) bytes[count++] = value;
            if (count == 0 || Rune.DecodeFromUtf8(bytes[..count], out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                builder.Copy(at++, 1);
                continue;
            }

            builder.Replace(rune, at, 3 * used);
            at += 3 * used;
            changed = true;
        }

        return changed && builder.Length > 0 ? builder.Finish() : null;
    }

    private static int SoftBreak(string text, int at)
    {
        if (text[at] != '=' || at + 1 >= text.Length) return 0;
        if (text[at + 1] == '\n') return 2;
        return text[at + 1] == '\r' && at + 2 < text.Length && text[at + 2] == '\n' ? 3 : 0;
    }

    private static byte? At(string text, int at) =>
        at + 2 < text.Length && text[at] == '=' && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2])
            ? (byte)((Convert.ToInt32(text.Substring(at + 1, 1), 16) << 4) | Convert.ToInt32(text.Substring(at + 2, 1), 16)) : null;
}
