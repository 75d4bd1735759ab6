using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>The readings that rules and model look at.</summary>
internal static class FoldedText
{
    /// <summary>Folds a reading.</summary>
    /// <param name="parent">The reading.</param>
    /// <param name="most">Most characters.</param>
    /// <param name="isName">True when it is an identifier, whose words are separated by case, dashes and underscores.</param>
    public static TextView Fold(TextView parent, int most, bool isName)
    {
        var view = parent.Derive(ViewKind.Folded, most);
        var text = parent.Letters;
        Span<char> buffer = stackalloc char[Folding.Longest];
        for (var at = 0; at < text.Length;)
        {
            var length = Rune.DecodeFromUtf16(text[at..], out var rune, out var used) == System.Buffers.OperationStatus.Done ? used : 1;
            if (isName && (rune.Value is '_' or '-' or '.' or '/'
                || (at > 0 && char.IsAsciiLetterUpper(text[at]) && char.IsAsciiLetterLower(text[at - 1]))))
                Space(view, at, length, isBreak: false);
            if (Rune.IsWhiteSpace(rune))
                Space(view, at, length, rune.Value is '\n' or 0x2028 or 0x2029);
            else if (rune.Value != '*' && !(isName && rune.Value is '_' or '-' or '.' or '/'))
                Letters(view, rune, at, length, buffer);
            at += length;
        }

        return view;
    }

    /// <summary>Returns digits and signs within words as letters, or null where no word mixes them.</summary>
    public static TextView? Leet(TextView folded, int most)
    {
        var text = folded.Letters;
        var view = folded.Derive(ViewKind.Leet, most);
        var changed = false;
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            bool letters = false, signs = false;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                letters |= char.IsLetter(text[end]);
                signs |= Letter(text[end]) != text[end];
                end++;
            }

            for (var i = at; i < end; i++)
                view.Replace(letters && signs ? Letter(text[i]) : text[i], i, 1);
            changed |= letters && signs;
            if (end < text.Length)
                view.Copy(end++, 1);
            at = end;
        }

        return view.OrNothing(changed);
    }

    /// <summary>Returns spaced letters ("i g n o r e") joined, or null where there are no five in a row.</summary>
    public static TextView? Join(TextView folded, int most)
    {
        var text = folded.Letters;
        var view = folded.Derive(ViewKind.Joined, most);
        var changed = false;
        for (var at = 0; at < text.Length;)
        {
            var count = Apart(text, at);
            if (count < 5)
            {
                view.Copy(at++, 1);
                continue;
            }

            for (var i = 0; i < count; i++)
                view.Copy(at + (2 * i), 1);
            at += (2 * count) - 1;
            changed = true;
        }

        return view.OrNothing(changed);
    }

    private static int Apart(ReadOnlySpan<char> text, int at)
    {
        if (!char.IsLetter(text[at]) || (at > 0 && char.IsLetterOrDigit(text[at - 1])))
            return 0;
        var count = 1;
        while (at + (2 * count) < text.Length && text[at + (2 * count) - 1] is ' ' or '.' or '-' or '_' && char.IsLetter(text[at + (2 * count)])
            && (at + (2 * count) + 1 >= text.Length || !char.IsLetterOrDigit(text[at + (2 * count) + 1])))
            count++;
        return count;
    }

    private static char Letter(char sign) =>
        sign switch { '0' => 'o', '1' => 'i', '3' => 'e', '4' => 'a', '5' => 's', '7' => 't', '@' => 'a', '$' => 's', '!' => 'i', _ => sign };

    private static void Space(TextView view, int at, int length, bool isBreak)
    {
        if (view.Last is ' ' or '\n')
        {
            if (isBreak && view.Last == ' ')
                view.Replace('\n', at, length);
            return;
        }

        view.Replace(' ', at, length);
    }

    private static void Letters(TextView view, Rune rune, int at, int length, Span<char> buffer)
    {
        Folding.Fold(rune, ref buffer, out var count);
        for (var i = 0; i < count; i++)
        {
            if (buffer[i] == ' ')
                Space(view, at, length, isBreak: false);
            else
                view.Replace(buffer[i] is '’' or '‘' or '`' or '´' ? '\'' : buffer[i], at, length);
        }
    }
}
