namespace Gatehouse.Detection.Text;

/// <summary>
/// The text of HTML or XML as a model reads it: without tags, with the content of comments and of hidden elements, and with the texts of attributes.
/// </summary>
/// <remarks>
/// The threat: a word that tags cut ("ig&lt;b&gt;&lt;/b&gt;nore") is whole to a reader of the page and in pieces in its source. It is not a parser of HTML:
/// it leaves nothing out that could be read, whatever a browser would show.
/// </remarks>
internal static class MarkupText
{
    /// <summary>Longest tag, in characters; a longer one is text.</summary>
    public const int LongestTag = 4096;

    /// <summary>Returns the reading, or null where there is no markup.</summary>
    public static TextView? Decode(TextView parent, int most)
    {
        var text = parent.Letters;
        var view = parent.Derive(ViewKind.Markup, most);
        var changed = false;
        var close = -1;
        for (var at = 0; at < text.Length;)
        {
            at = view.CopyUntil('<', at);
            if (at == text.Length) break;
            var length = TagLength(text[at..], ref close, at);
            if (length == 0)
            {
                view.Copy(at++, 1);
                continue;
            }

            changed = true;
            var tag = text.Slice(at, length);
            if (EndsLine(tag)) view.Replace('\n', at, 1);
            Attributes(tag, at, view);
            at += length;
        }

        return view.OrNothing(changed);
    }

    // The opening and the closing mark of a comment are left out, and its content is read.
    // The next closing sign is looked for once, however many tags are opened before it.
    private static int TagLength(ReadOnlySpan<char> text, ref int close, int at)
    {
        if (text.StartsWith("<!--")) return 4;
        if (text.Length < 3 || !(char.IsAsciiLetter(text[1]) || text[1] is '/' or '!' or '?')) return 0;
        if (close < at)
        {
            close = text.IndexOf('>');
            close = close < 0 ? int.MaxValue : close + at;
        }

        return close < at + LongestTag ? close - at + 1 : 0;
    }

    // Elements within a line of text join what is around them.
    private static bool EndsLine(ReadOnlySpan<char> tag)
    {
        var name = tag[(tag[1] == '/' ? 2 : 1)..];
        var length = 0;
        while (length < name.Length && char.IsAsciiLetterOrDigit(name[length])) length++;
        name = name[..length];
        return !(name.Length == 1 && (name[0] | 0x20) is 'a' or 'b' or 'i' or 'u' or 's' or 'q')
            && !name.Equals("span", StringComparison.OrdinalIgnoreCase) && !name.Equals("em", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("strong", StringComparison.OrdinalIgnoreCase) && !name.Equals("wbr", StringComparison.OrdinalIgnoreCase)
            && !name.Equals("font", StringComparison.OrdinalIgnoreCase) && !name.Equals("code", StringComparison.OrdinalIgnoreCase);
    }

    // Quoted values with a space are texts: alt, title, content, aria-label, and what others are named.
    private static void Attributes(ReadOnlySpan<char> tag, int at, TextView view)
    {
        for (var i = 0; i + 1 < tag.Length; i++)
        {
            if (tag[i] != '=' || tag[i + 1] is not ('"' or '\'')) continue;
            var length = tag[(i + 2)..].IndexOf(tag[i + 1]);
            if (length < 0) return;
            if (tag.Slice(i + 2, length).Contains(' '))
            {
                view.Copy(at + i + 2, length);
                view.Replace('\n', at + i + 2, 1);
            }

            i += length + 2;
        }
    }
}
