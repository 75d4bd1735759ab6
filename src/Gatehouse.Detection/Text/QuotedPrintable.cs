using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>The encoding of mail parts in which an equals sign begins a byte or joins two lines (RFC 2045 section 6.7).</summary>
internal static class QuotedPrintable
{
    /// <summary>Returns the reading, or null where nothing is encoded.</summary>
    public static TextView? Decode(TextView parent, int most)
    {
        var text = parent.Letters;
        var view = parent.Derive(ViewKind.QuotedPrintable, most);
        var changed = false;
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            at = view.CopyUntil('=', at);
            if (at == text.Length) break;
            if (SoftBreak(text[at..]) is var skipped and > 0)
            {
                at += skipped;
                changed = true;
                continue;
            }

            var count = EscapedBytes.Read(text[at..], '=', bytes);
            if (count == 0 || Rune.DecodeFromUtf8(bytes[..count], out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                view.Copy(at++, 1);
                continue;
            }

            view.Replace(rune, at, 3 * used);
            at += 3 * used;
            changed = true;
        }

        return view.OrNothing(changed);
    }

    private static int SoftBreak(ReadOnlySpan<char> text) => text.StartsWith("=\n") ? 2 : text.StartsWith("=\r\n") ? 3 : 0;
}
