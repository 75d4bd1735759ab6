using System.Globalization;
using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>Escapes with a backslash: those of a JSON string, and those that a text holds once more.</summary>
internal static class BackslashEscapes
{
    /// <summary>Reads the inner bytes of a JSON string.</summary>
    public static TextView Read(ReadOnlySpan<byte> raw, int offset)
    {
        var view = new TextView(pool: null, offset);
        for (var at = 0; at < raw.Length;)
        {
            if (raw[at] != '\\')
            {
                Rune.DecodeFromUtf8(raw[at..], out var rune, out var used);
                view.Append(rune, offset + at, offset + at + used);
                at += used;
                continue;
            }

            var length = raw.Length - at >= 6 && raw[at + 1] == 'u' ? 6 : Math.Min(2, raw.Length - at);
            view.Append(Escaped(raw.Slice(at, length)), offset + at, offset + at + length);
            at += length;
        }

        return view;
    }

    /// <summary>Resolves <c>\uXXXX</c>, <c>\u{...}</c>, <c>\xXX</c> and <c>\n</c>, <c>\t</c>, <c>\r</c>. Returns null where there are none.</summary>
    public static TextView? Decode(TextView parent, int most)
    {
        var text = parent.Letters;
        if (!text.Contains('\\')) return null;
        var view = parent.Derive(ViewKind.Escapes, most);
        var changed = false;
        for (var at = 0; at < text.Length;)
        {
            at = view.CopyUntil('\\', at);
            if (at == text.Length) break;
            (var rune, var length) = One(text[(at + 1)..]);
            if (length == 0)
            {
                view.Copy(at++, 1);
                continue;
            }

            view.Replace(rune, at, length);
            at += length;
            changed = true;
        }

        return view.OrNothing(changed);
    }

    private static char Escaped(ReadOnlySpan<byte> escape) => escape.Length switch
    {
        6 when ushort.TryParse(escape[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code) => (char)code,
        >= 2 => (char)escape[1] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other },
        _ => '\\',
    };

    private static (Rune Rune, int Length) One(ReadOnlySpan<char> rest)
    {
        if (rest.Length == 0)
            return default;
        switch (rest[0])
        {
            case 'u' when rest.Length > 2 && rest[1] == '{':
                var end = rest[..Math.Min(rest.Length, 10)].IndexOf('}');
                return end > 2 && Hexadecimal(rest[2..end]) is { } braced ? (braced, end + 2) : default;
            case 'u' when rest.Length >= 5 && Hexadecimal(rest.Slice(1, 4)) is { } four:
                return (four, 6);
            case 'x' when rest.Length >= 3 && Hexadecimal(rest.Slice(1, 2)) is { } two:
                return (two, 4);
            case 'n' or 't' or 'r':
                return (new Rune(' '), 2);
            default:
                return default;
        }
    }

    private static Rune? Hexadecimal(ReadOnlySpan<char> digits) =>
        uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code) ? new Rune(code)
            : null;
}
