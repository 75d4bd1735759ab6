using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>A reader of text in characters that have no appearance.</summary>
internal static class HiddenWriting
{
    /// <summary>Returns tag characters as the ASCII characters that they encode, or null without any.</summary>
    public static TextView? Tags(TextView parent, int most)
    {
        var view = parent.Derive(ViewKind.Tags, most);
        var text = parent.Letters;
        var isFlag = false;
        for (var at = 0; at + 1 < text.Length; at++)
        {
            if (!char.IsSurrogatePair(text[at], text[at + 1]))
                continue;
            var code = char.ConvertToUtf32(text[at], text[at + 1]);
            isFlag = code == 0x1F3F4 || (isFlag && code is >= 0xE0020 and <= 0xE007F && view.Length == 0);
            if (code is >= 0xE0020 and <= 0xE007E && !isFlag)
                view.Replace((char)(code - 0xE0000), at, 2);
        }

        return view.OrNothing();
    }

    /// <summary>Returns variation selectors as bytes of UTF-8. Null where the text has fewer than four or they hold none.</summary>
    public static TextView? Selectors(TextView parent, int most)
    {
        List<(byte Value, int At, int Length)> bytes = [];
        var text = parent.Letters;
        for (var at = 0; at < text.Length; at++)
        {
            var isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
            var code = isPair ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at];
            if (code is >= 0xFE00 and <= 0xFE0F)
                bytes.Add(((byte)(code - 0xFE00), at, 1));
            else if (code is >= 0xE0100 and <= 0xE01EF)
                bytes.Add(((byte)(code - 0xE0100 + 16), at, 2));
        }

        return Read(bytes, ViewKind.Selectors, parent, most);
    }

    /// <summary>Returns runs of two kinds of invisible characters as bits, the highest first, or null where they hold no text.</summary>
    public static TextView? Bits(TextView parent, int most)
    {
        List<(byte Value, int At, int Length)> bytes = [];
        int value = 0, count = 0, first = 0;
        var text = parent.Letters;
        for (var at = 0; at < text.Length; at++)
        {
            var bit = text[at] switch { '\u200B' or '\u2062' => 0, '\u200C' or '\u2064' or '\u200D' => 1, _ => -1 };
            if (bit < 0)
            {
                count = 0;
                continue;
            }

            if (count == 0)
                (value, first) = (0, at);
            value = (value << 1) | bit;
            if (++count < 8)
                continue;
            bytes.Add(((byte)value, first, at - first + 1));
            count = 0;
        }

        return Read(bytes, ViewKind.InvisibleBits, parent, most);
    }

    private static TextView? Read(List<(byte Value, int At, int Length)> bytes, ViewKind kind, TextView parent, int most)
    {
        if (bytes.Count < 4)
            return null;
        byte[] raw = [.. bytes.Select(one => one.Value)];
        var view = parent.Derive(kind, most);
        for (var at = 0; at < raw.Length;)
        {
            if (Rune.DecodeFromUtf8(raw.AsSpan(at), out var rune, out var used) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune))
                return view.OrNothing(hasChanged: false);
            (_, var start, _) = bytes[at];
            (_, var end, var length) = bytes[at + used - 1];
            view.Replace(rune, start, end + length - start);
            at += used;
        }

        return view;
    }
}
