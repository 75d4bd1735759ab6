using System.Buffers;

namespace Gatehouse.Detection.PersonalData;

/// <summary>Reads the labels before a value. The nearest word decides: "card, order 4111…" is the number of an order.</summary>
internal static class Labels
{
    private const int Beside = 3;

    // What ends the reach of a label: the end of a line, of a member or of a record.
    private static readonly SearchValues<char> Ends = SearchValues.Create("\n\r;{}<>|\t");

    /// <summary>Returns the part of a text before a place in which a label of it is looked for.</summary>
    public static ReadOnlySpan<char> Before(ReadOnlySpan<char> text, int at, int reach)
    {
        var from = Math.Max(0, at - reach);
        var window = text[from..at];
        // A cell or an element labels the next one, and a line that ends in a colon the next line.
        var before = window.TrimEnd(" \t|>\"'");
        var line = before.TrimEnd("\r\n ");
        if (line.Length > 0 && line[^1] is ':' or '：') before = line;
        var member = before.LastIndexOf("\",");
        var cut = Math.Max(before.LastIndexOfAny(Ends), member < 0 ? -1 : member + 1);
        return window[(cut + 1)..];
    }

    /// <summary>Returns the kinds of the words of a text. A word for a thing takes back what was before it.</summary>
    public static LabelEntry Of(ReadOnlySpan<char> text, LabelEntry before)
    {
        var said = before;
        var value = -Beside - 1;
        for (var at = 0; at < text.Length;)
        {
            if (!WordHash.IsWord(text[at]))
            {
                at++;
                continue;
            }

            var found = Longest(text, at, out var end);
            // "Member ID": the word belongs to the label before it.
            if ((found.Kinds & LabelKinds.ThingWeak) == 0 || at - value > Beside || (said.Kinds & LabelKinds.Values) == 0) said = said.Then(found);
            if ((found.Kinds & LabelKinds.Values) != 0) value = end;
            at = end;
        }

        return said;
    }

    /// <summary>Returns the end of the last phrase of some kinds, or -1.</summary>
    public static int EndOf(ReadOnlySpan<char> text, LabelKinds kinds)
    {
        var last = -1;
        for (var at = 0; at < text.Length;)
        {
            if (!WordHash.IsWord(text[at]))
            {
                at++;
                continue;
            }

            if ((Longest(text, at, out var end).Kinds & kinds) != 0) last = end;
            at = end;
        }

        return last;
    }

    /// <summary>Returns the kinds of the longest known phrase that begins at a place, and where it ends; where none does, the end of the
    /// word.</summary>
    public static LabelEntry Longest(ReadOnlySpan<char> text, int at, out int end)
    {
        var hash = WordHash.Empty;
        var next = WordHash.Read(text, at, ref hash);
        end = next;
        var entry = LabelTable.Find(hash);
        var found = entry;
        for (var words = 1; words < LabelTable.LongestPhrase && entry.IsBeginning; words++)
        {
            var from = next;
            while (from < text.Length && from < next + 2 && text[from] is ' ' or '_' or '-' or '.' or '\'' or '’') from++;
            if (from >= text.Length || !WordHash.IsWord(text[from])) break;
            next = WordHash.Read(text, from, ref hash);
            entry = LabelTable.Find(hash);
            if (entry.Kinds == 0) continue;
            found = entry;
            end = next;
        }

        return found;
    }
}
