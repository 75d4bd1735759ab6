using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>Resolves percent encodings.</summary>
internal static class PercentText
{
    /// <summary>Returns the reading, or null where nothing is encoded.</summary>
    public static TextView? Decode(TextView parent, int most)
    {
        var text = parent.Text;
        if (!text.Contains('%', StringComparison.Ordinal))
            return null;
        var builder = new ViewBuilder(ViewKind.Percent, parent, most);
        var changed = false;
        var bytes = new byte[4];
        for (var at = 0; at < text.Length;)
        {
            var count = 0;
            while (count < 4 && At(text, at + (3 * count)) is { } value)
                bytes[count++] = value;
            if (count == 0 || Rune.DecodeFromUtf8(bytes.AsSpan(0, count), out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                builder.Copy(at++, 1);
                continue;
            }

            builder.Replace(rune, at, 3 * used);
            at += 3 * used;
            changed = true;
        }

        return changed ? builder.Finish() : null;
    }

    private static byte? At(string text, int at) =>
        at + 2 < text.Length && text[at] == '%' && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2])
            ? (byte)((Convert.ToInt32(text.Substring(at + 1, 1), 16) << 4) | Convert.ToInt32(text.Substring(at + 2, 1), 16)) : null;
}
