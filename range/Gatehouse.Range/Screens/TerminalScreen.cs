using System.Globalization;
using System.Text;

namespace Gatehouse.Range.Screens;

/// <summary>
/// What a person sees who watches a terminal: the cells after all output was interpreted, as ECMA-48 and xterm have it. It knows
/// what exploits use: motion of the cursor, erasing, scrolling, concealed text, the other screen, titles; and characters without
/// an appearance leave no mark.
/// </summary>
internal sealed class TerminalScreen
{
    private readonly TerminalPage page;
    private readonly TerminalPage otherPage;
    private bool onOther;
    private bool concealed;
    private (int Row, int Column) saved;

    private TerminalScreen(int columns, int rows)
    {
        page = new TerminalPage(columns, rows);
        otherPage = new TerminalPage(columns, rows);
    }

    private TerminalPage Page => onOther ? otherPage : page;

    /// <summary>The lines that are seen at the end, those that scrolled out above the screen first; without blank ends.</summary>
    /// <param name="output">All that was written.</param>
    /// <param name="columns">Width of the screen.</param>
    /// <param name="rows">Height of the screen.</param>
    public static string Show(string output, int columns = 200, int rows = 60)
    {
        var screen = new TerminalScreen(columns, rows);
        screen.Write(output);
        return screen.Page.Text;
    }

    private void Write(string output)
    {
        for (var at = 0; at < output.Length;)
        {
            var rune = Rune.GetRuneAt(output, at);
            if (rune.Value is 0x1b or 0x9b or 0x9d or 0x90) at = Escape(output, at);
            else
            {
                Plain(rune);
                at += rune.Utf16SequenceLength;
            }
        }
    }

    private void Plain(Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                Page.NextLine();
                break;
            case '\r':
                Page.Column = 0;
                break;
            case '\b':
                Page.Column--;
                break;
            case '\t':
                Page.Column = (Page.Column / 8 + 1) * 8;
                break;
            case '\f' or '\v':
                Page.Row++;
                break;
            default:
                if (HasAppearance(rune)) Page.Put(concealed ? new Rune(' ') : rune);
                break;
        }
    }

    private static bool HasAppearance(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);

    // Returns where the text goes on. A sequence that does not end swallows the rest, as on a real terminal.
    private int Escape(string output, int at)
    {
        var kind = output[at] switch { '\u009b' => '[', '\u009d' => ']', '\u0090' => 'P', _ => at + 1 < output.Length ? output[at + 1] : '\0' };
        var start = at + (output[at] == '\u001b' ? 2 : 1);
        switch (kind)
        {
            case '[':
                var end = start;
                while (end < output.Length && output[end] is < '@' or > '~') end++;
                if (end < output.Length) Control(output[start..end], output[end]);
                return Math.Min(end + 1, output.Length);
            case ']' or 'P' or 'X' or '^' or '_':
                return AfterString(output, start);
            case 'c':
                Page.Clear(0, int.MaxValue);
                Page.Row = Page.Column = 0;
                return start;
            case '7':
                saved = (Page.Row, Page.Column);
                return start;
            case '8':
                (Page.Row, Page.Column) = saved;
                return start;
            case 'M':
                Page.Row--;
                return start;
            default:
                return Math.Min(start, output.Length);
        }
    }

    private static int AfterString(string output, int start)
    {
        for (var at = start; at < output.Length; at++)
        {
            if (output[at] is '\a' or '\u009c') return at + 1;
            if (output[at] == '\u001b' && at + 1 < output.Length && output[at + 1] == '\\') return at + 2;
        }

        return output.Length;
    }

    private void Control(string parameters, char final)
    {
        var numbers = parameters.TrimStart('?', '>').Split(';')
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        var first = numbers[0];
        var count = Math.Max(1, first);
        switch (final)
        {
            case 'A' or 'F':
                Page.Row -= count;
                if (final == 'F') Page.Column = 0;
                break;
            case 'B' or 'E' or 'e':
                Page.Row += count;
                if (final == 'E') Page.Column = 0;
                break;
            case 'C' or 'a':
                Page.Column += count;
                break;
            case 'D':
                Page.Column -= count;
                break;
            case 'G' or '`':
                Page.Column = count - 1;
                break;
            case 'd':
                Page.Row = count - 1;
                break;
            case 'H' or 'f':
                (Page.Row, Page.Column) = (count - 1, numbers.Length > 1 ? Math.Max(1, numbers[1]) - 1 : 0);
                break;
            case 'J':
                Page.EraseScreen(first);
                break;
            case 'K':
                Page.EraseLine(first);
                break;
            case 'L' or 'T':
                Page.Insert(final == 'T' ? 0 : Page.Row, count);
                break;
            case 'M' or 'S':
                Page.Delete(final == 'S' ? 0 : Page.Row, count);
                break;
            case 'm':
                foreach (var number in numbers) concealed = number == 8 || (number is not (0 or 28) && concealed);
                break;
            case 's':
                saved = (Page.Row, Page.Column);
                break;
            case 'u':
                (Page.Row, Page.Column) = saved;
                break;
            case 'h' or 'l':
                if (parameters is "?1049" or "?1047" or "?47") onOther = final == 'h';
                break;
        }
    }
}
