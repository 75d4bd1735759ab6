namespace Gatehouse.Text.Tests;

/// <summary>All code points, and texts of them.</summary>
internal static class CodePoints
{
    public static IEnumerable<int> All => Enumerable.Range(0, 0x110000);

    /// <summary>The text that is this code point; half of a pair stays half.</summary>
    public static string Text(int codePoint) =>
        codePoint is >= 0xD800 and <= 0xDFFF ? ((char)codePoint).ToString() : char.ConvertFromUtf32(codePoint);

    /// <summary>The code points of a text; halves of pairs as they are.</summary>
    public static IEnumerable<int> Of(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
            yield return isPair ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at];
            if (isPair) at++;
        }
    }

    /// <summary>Reads what <see cref="VisibleText.Escape"/> wrote: whoever can read it back has lost nothing.</summary>
    public static string Unescape(string visible)
    {
        var text = new System.Text.StringBuilder();
        for (var at = 0; at < visible.Length; at++)
        {
            if (visible[at] != '\\')
            {
                text.Append(visible[at]);
                continue;
            }

            at++;
            if (visible[at] == 'u')
            {
                var end = visible.IndexOf('}', at);
                text.Append(Text(int.Parse(visible.AsSpan(at + 2, end - at - 2), System.Globalization.NumberStyles.AllowHexSpecifier,
                    System.Globalization.CultureInfo.InvariantCulture)));
                at = end;
            }
            else
            {
                text.Append(visible[at] == 'n' ? '\n' : visible[at]);
            }
        }

        return text.ToString();
    }
}
