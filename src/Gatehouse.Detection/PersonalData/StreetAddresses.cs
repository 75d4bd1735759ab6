using System.Buffers;
using System.Collections.Frozen;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>
/// Street addresses: a house number with a word of streets beside it (12 Main Street, 12 rue de Lille, Hauptstraße 12, Via Roma 12), an Asian one
/// by its
/// units, or what follows a label and has a number and a name.
/// </summary>
internal static class StreetAddresses
{
    private const int Reach = 48;
    private const int LongestStreetInWords = 6;
    private const int LongestLine = 40;
    private const int LongestValue = 80;

    // Ends of compound words; those of the second row are ends of other words too and need a label or a place behind the number.
    private static readonly string[] Suffixes =
        ["straße", "strasse", "str", "gasse", "allee", "chaussee", "gade", "vej", "veien", "vegen", "gata", "gatan", "vägen", "stræde", "straat",
            "laan", "gracht",
        "kade", "dreef", "katu", "tie", "utca", "dorp", "plein", "singel", "weg", "steig", "ufer", "markt", "проспект", "улица", "переулок",
            "шоссе", "бульвар", "набережная", "площадь"];

    private static readonly string[] MaybeSuffixes = ["platz", "plads", "ring", "damm", "hof", "park", "bakken", "dijk", "torv", "pfad", "kamp"];

    private static readonly FrozenDictionary<char, string[]> ByLast = Lasts(Suffixes);
    private static readonly FrozenDictionary<char, string[]> MaybeByLast = Lasts(MaybeSuffixes);

    private static readonly SearchValues<char> Ends = SearchValues.Create("\n\r\";{}<>|:=");
    private static readonly string[] French = ["rue", "avenue", "av", "boulevard", "bd", "chemin", "allée", "impasse", "quai", "place", "route",
        "cours", "ruelle"];

    private static readonly string[] Boxes = ["Box", "Postfach", "Apartado", "Casilla", "Postboks", "Postbus"];

    /// <summary>Returns the hit of an address around a number, if there is one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the number begins.</param>
    /// <param name="end">Where it ends, with a letter behind it as in 12b.</param>
    public static PersonalHit? Find(ref PersonalText text, int at, int end)
    {
        var source = text.Text;
        if (end < source.Length && WordHash.IsIdeograph(source[end]) || at > 0
            && WordHash.IsIdeograph(source[at - 1])) return AsianAddresses.Find(ref text, at, end);
        var hasBefore = at > 1 && source[at - 1] is ' ' or '.' or '№' or '/' or 'º';
        var hasAfter = end + 1 < source.Length && source[end] is ' ' or ',' && (WordHash.IsLetter(source[end + 1]) || source[end + 1] == ' '
            || char.IsAsciiDigit(source[end + 1]));
        if (!hasBefore && !hasAfter) return null;
        var last = hasAfter ? NumberFirst(ref text, at, end) : -1;
        if (last >= 0) return Hit(source, at, last);
        var first = hasBefore ? NumberLast(ref text, at, end) : -1;
        if (first >= 0) return Hit(source, first, end);
        return (hasAfter && char.IsUpper(source[end + 1])) || (hasBefore && HasCapitalBefore(source, at)) || hasAfter && end + 2 < source.Length
            && char.IsUpper(source[end + 2])
            ? Labelled(ref text, at, end, hasAfter) : null;
    }

    // The words behind a number until one of streets: 12 Old Mill Road, 5 rue du Bac.
    private static int NumberFirst(ref PersonalText text, int at, int end)
    {
        var source = text.Text;
        var word = end;
        for (var words = 0; words < LongestStreetInWords && word - end < Reach; words++)
        {
            var next = SkipTo(source, word, words == 0);
            if (next < 0) return words > 0 && IsUnit(source, word) ? word : -1;
            if (char.IsAsciiDigit(source[next]))
            {
                word = WordEnd(source, next);
                if (words == 0 && !IsOrdinal(source[next..word])) return -1;
                continue;
            }

            if (words == 0 && source[next..WordEnd(source, next)] is "bis" or "ter" or "quater")
            {
                word = WordEnd(source, next);
                words--;
                end = word;
                continue;
            }

            var found = Labels.Longest(source, next, out var stop).Kinds;
            word = Math.Max(stop, WordEnd(source, next));
            var isCapital = char.IsUpper(source[next]);
            if (words == 0 && IsFrench(source[next..word]))
            {
                var name = NameEnd(source, word);
                if (name > word) return name;
            }

            if (words > 0 && isCapital && (found & LabelKinds.Unit) != 0 && IsUnit(source, next - 1)) return next - 1;
            if (words > 0 && isCapital && (found & LabelKinds.StreetLast) != 0) return Dotted(source, word);
            if (words > 0 && isCapital && (found & LabelKinds.StreetMaybe) != 0 && (text.IsLabelled(at, LabelKinds.Address)
                || IsPlaceAfter(source, Dotted(source, word))))
                return Dotted(source, word);
            if (!isCapital && (found & LabelKinds.Particle) == 0) return -1;
        }

        return -1;
    }

    // The words before a number back to one of streets: Via Giuseppe Verdi 3, ул. Ленина, д. 5.
    private static int NumberLast(ref PersonalText text, int at, int end)
    {
        var source = text.Text;
        var word = Back(source, at, text.Floor, out var first);
        if (first < 0) return -1;
        if (IsHouseWord(source[first..word])) word = Back(source, first, text.Floor, out first);
        if (first < 0 || word - first < 2) return -1;
        var name = source[first..word];
        foreach (var box in Boxes)
        {
            if (name.SequenceEqual(box)) return box != "Box" ? first : BoxStart(source, first);
        }

        if (char.IsUpper(name[0]) || name[0] > '\u0400' || text.IsLabelled(at, LabelKinds.Address))
        {
            if (EndsWith(name, ByLast, out var isWhole) || (EndsWith(name, MaybeByLast, out isWhole) && (text.IsLabelled(at, LabelKinds.Address)
                || IsPlaceAfter(source, end))))
            {
                if (!isWhole) return first;
                Back(source, first, text.Floor, out var before);
                return before >= 0 && char.IsUpper(source[before]) ? before : -1;
            }
        }

        var hasCode = char.IsUpper(name[0]) && IsCodeAfter(source, end);
        for (var words = 0; words < LongestStreetInWords && at - first < Reach; words++)
        {
            var found = Labels.Longest(source, first, out _).Kinds;
            if (words > 0 && (found & LabelKinds.StreetFirst) != 0 && IsStreetWord(source, first, word) && (char.IsUpper(source[first])
                || IsSureInLower(source, first, word) || text.IsLabelled(first, LabelKinds.Address)))
                return first;
            if (!char.IsUpper(source[first]) && (found & LabelKinds.Particle) == 0) return -1;
            word = Back(source, first, text.Floor, out var before);
            var isLast = before < 0 || (!char.IsUpper(source[before])
                && (Labels.Longest(source, before, out _).Kinds & (LabelKinds.Particle | LabelKinds.StreetFirst)) == 0);
            if (isLast) return hasCode && words > 0 && !text.IsOfThing(first) ? first : -1;
            first = before;
        }

        return -1;
    }

    // Adresse: Am Sonnenhang 12; lives at 5366 Pivovarska.
    private static PersonalHit? Labelled(ref PersonalText text, int at, int end, bool hasAfter)
    {
        if (!text.IsLabelled(at, LabelKinds.Address)) return null;
        var source = text.Text;
        var before = Labels.Before(source, at, PersonalText.Reach);
        var label = Labels.EndOf(before, LabelKinds.Address);
        if (label < 0 && at > before.Length) return null;
        var from = at - before.Length + Math.Max(label, 0);
        while (from < at && !char.IsLetterOrDigit(source[from])) from++;
        if (from < text.Floor) return null;
        if (from == at)
        {
            var name = hasAfter ? NameEnd(source, end) : end;
            if (name > end && !IsStreetLabel(source, at)) return Hit(source, at, name);
            // In small letters: behind a colon, with a word and a second number or a comma.
            if (!hasAfter || source[Math.Max(0, at - 3)..at].IndexOfAny(":：") < 0) return null;
            var line = source[at..Math.Min(source.Length, at + LongestValue)];
            var stop = line.IndexOfAny(Ends);
            if (stop >= 0) line = line[..stop];
            var last = line[(end - at)..].LastIndexOfAnyInRange('0', '9');
            return last > 6 ? Hit(source, at, end + last + 1) : null;
        }

        return source[at - 1] is ' ' or ',' && IsName(source[from..at]) ? Hit(source, from, end) : null;
    }

    private static bool HasCapitalBefore(ReadOnlySpan<char> source, int at)
    {
        var word = at - 1;
        while (word > 0 && !char.IsLetter(source[word]) && at - word < 4) word--;
        while (word > 0 && char.IsLetter(source[word - 1])) word--;
        return char.IsUpper(source[word]);
    }

    // "Straße 2 Spuren": without a colon the word labels nothing.
    private static bool IsStreetLabel(ReadOnlySpan<char> source, int at)
    {
        var before = source[Math.Max(0, at - 7)..at].TrimEnd(' ');
        return before.EndsWith("straße", StringComparison.OrdinalIgnoreCase) || before.EndsWith("street", StringComparison.OrdinalIgnoreCase)
            || before.EndsWith("rue", StringComparison.OrdinalIgnoreCase) || before.EndsWith("calle", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsName(ReadOnlySpan<char> value)
    {
        if (!char.IsUpper(value[0]) || value.Length < 4 || !char.IsLower(value[1])) return false;
        foreach (var character in value)
        {
            if (!char.IsLetter(character) && character is not (' ' or ',' or '.' or '-' or '\'' or '’' or '/')) return false;
        }

        return true;
    }

    private static PersonalHit Hit(ReadOnlySpan<char> source, int start, int end)
    {
        // What follows a comma and is a place, a code or a part of the house belongs to it.
        for (var parts = 0; parts < 4; parts++)
        {
            var next = end;
            while (next < source.Length && next < end + 2 && source[next] is ',' or ' ') next++;
            if (next == end) break;
            var part = PartEnd(source, next, source[end] == ',');
            if (part < 0) break;
            end = part;
        }

        return new PersonalHit(PersonalKinds.Address, start, LinesEnd(source, end) - start, Confidence.Medium);
    }

    // The lines of a letter below it, until one with a code: part of the house, city, country.
    private static int LinesEnd(ReadOnlySpan<char> source, int end)
    {
        var at = end;
        for (var lines = 0; lines < 5; lines++)
        {
            while (at < source.Length && source[at] is ',' or ' ') at++;
            if (at >= source.Length || source[at] is not ('\n' or '\r')) break;
            while (at < source.Length && source[at] is '\n' or '\r' or ' ' or ',' or '>') at++;
            var last = at;
            while (last < source.Length && last - at < LongestLine && (char.IsLetterOrDigit(source[last])
                || source[last] is ' ' or '.' or ',' or '-' or '\'' or '(' or ')' or '#')) last++;
            if (last == at || (last < source.Length && source[last] is not ('\n' or '\r')) || !(char.IsUpper(source[at])
                || char.IsAsciiDigit(source[at]))) break;
            var line = source[at..last];
            if (line.ContainsAnyInRange('0', '9') && (IsUnit(source, at - 1) || IsCode(line))) end = last;
            at = last;
        }

        return end;
    }

    // Four to six digits at the beginning or the end of a line.
    private static bool IsCode(ReadOnlySpan<char> line)
    {
        var first = line.IndexOfAnyExceptInRange('0', '9');
        var last = line.LastIndexOfAnyExceptInRange('0', '9');
        return first is >= 4 and <= 6 || line.Length - 1 - last is >= 4 and <= 6;
    }

    // Up to four words of a part: capitals and numbers; without a comma before it, a number must be first.
    private static int PartEnd(ReadOnlySpan<char> source, int at, bool hasComma)
    {
        if (at >= source.Length || (!hasComma && !char.IsAsciiDigit(source[at]) && !IsUnit(source, at - 1))) return -1;
        var end = -1;
        for (var words = 0; words < 4 && at < source.Length; words++)
        {
            if (!char.IsUpper(source[at]) && !char.IsAsciiDigit(source[at])) break;
            var stop = WordEnd(source, at);
            // The label of the next value: ", Tel. 089 1234567".
            if (WordHash.IsWord(source[at]) && (Labels.Longest(source, at, out _).Kinds & (LabelKinds.Values | LabelKinds.Thing)) != 0) return end;
            if (stop - at > 24 || (stop < source.Length && source[stop] is ':' or '=' or '@')) return end;
            end = stop;
            at = stop < source.Length && source[stop] == '.' && stop - at < 5 && !char.IsAsciiDigit(source[at]) ? stop + 1 : stop;
            if (at >= source.Length || source[at] != ' ') break;
            at++;
        }

        return end;
    }

    private static int SkipTo(ReadOnlySpan<char> source, int at, bool mayHaveComma)
    {
        var from = at;
        while (at < source.Length && at < from + 2 && (source[at] is ' ' or '.' || (mayHaveComma && source[at] == ','))) at++;
        return at > from && at < source.Length && (WordHash.IsLetter(source[at]) || char.IsAsciiDigit(source[at])) ? at : -1;
    }

    // The end of the capitals and small words of names that follow; the last one is a capital.
    private static int NameEnd(ReadOnlySpan<char> source, int at)
    {
        var end = at;
        for (var words = 0; words < 5; words++)
        {
            var next = SkipTo(source, at, false);
            if (next < 0 || char.IsAsciiDigit(source[next])) break;
            at = WordEnd(source, next);
            if (char.IsUpper(source[next]) || (at > next + 2 && source[next + 1] is '\'' or '’')) end = at;
            else if ((Labels.Longest(source, next, out _).Kinds & LabelKinds.Particle) == 0) break;
        }

        return end;
    }

    private static int WordEnd(ReadOnlySpan<char> source, int at)
    {
        while (at < source.Length && (char.IsLetterOrDigit(source[at]) || (source[at] is '\'' or '’' or '-' && at + 1 < source.Length
            && char.IsLetter(source[at + 1])))) at++;
        return at;
    }

    // The word before a place, behind a space, a comma or a full stop.
    private static int Back(ReadOnlySpan<char> source, int at, int floor, out int first)
    {
        first = -1;
        var end = at;
        while (end > floor && at - end < 3 && source[end - 1] is ' ' or ',' or '.' or '№' or 'º' or '/' or '°') end--;
        if (end == at || end == floor) return at;
        var start = end;
        while (start > floor && end - start < 32 && (char.IsLetter(source[start - 1]) || source[start - 1] is '\'' or '’' or '-')) start--;
        if (start < end) first = start;
        // A longer word before a full stop ends a sentence.
        if (end < at && source[end] == '.' && end - start > 4 && !source[start..end].EndsWith("str")) first = -1;
        return end;
    }

    private static bool IsUnit(ReadOnlySpan<char> source, int at)
    {
        var from = at;
        while (at < source.Length && at < from + 4 && source[at] is ' ' or ',' or '\n' or '\r') at++;
        if (at == from || at >= source.Length || !char.IsLetter(source[at])
            || (Labels.Longest(source, at, out var end).Kinds & LabelKinds.Unit) == 0) return false;
        while (end < source.Length && source[end] is '.' or ' ' or '#') end++;
        return end < source.Length && char.IsAsciiDigit(source[end]);
    }

    // Unter den Linden 77, 10117 Berlin: a code and a place; a year does not count.
    private static bool IsCodeAfter(ReadOnlySpan<char> source, int at)
    {
        while (at < source.Length && source[at] is ',' or ' ' or '\n') at++;
        var end = at;
        while (end < source.Length && char.IsAsciiDigit(source[end])) end++;
        return (end - at == 5 || (end - at == 4 && source[at..(at + 2)] is not ("19" or "20"))) && end + 2 < source.Length && source[end] == ' '
            && char.IsUpper(source[end + 1]) && char.IsLower(source[end + 2]);
    }

    // A place, or a code and a place: ", Springfield", ", 10115 Berlin".
    private static bool IsPlaceAfter(ReadOnlySpan<char> source, int at)
    {
        if (IsUnit(source, at)) return true;
        if (at + 2 >= source.Length || source[at] != ',') return false;
        at++;
        while (at < source.Length && source[at] == ' ') at++;
        return at < source.Length && (char.IsUpper(source[at]) || (at + 4 < source.Length
            && source.Slice(at, 4).IndexOfAnyExceptInRange('0', '9') < 0));
    }

    private static int Dotted(ReadOnlySpan<char> source, int at) => at + 1 < source.Length && source[at] == '.' && source[at + 1] is ',' or ' '
        ? at + 1 : at;

    private static bool IsFrench(ReadOnlySpan<char> word)
    {
        foreach (var street in French)
        {
            if (word.Equals(street, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static bool IsOrdinal(ReadOnlySpan<char> word) => word.Length > 2 && word[^2..] is "st" or "nd" or "rd" or "th";

    // C/ Mayor, but not an item C. of a list, and no heading in capitals.
    private static bool IsStreetWord(ReadOnlySpan<char> source, int first, int word) =>
        word - first == 1 ? word < source.Length && source[word] == '/' : !(char.IsUpper(source[first]) && char.IsUpper(source[first + 1]));

    private static bool IsHouseWord(ReadOnlySpan<char> word) =>
        word is "nr" or "Nr" or "no" or "No" or "n" or "N" or "д" or "дом" or "num" or "núm" or "number" or "nº" or "house" or "br";

    private static bool IsSureInLower(ReadOnlySpan<char> source, int first,
        int word) => source[first..word] is "rue" or "calle" or "rua" or "ul" or "ulica" or "avenida" or "piazza" or "viale"
        or "plaza" or "boulevard" or "chemin" or "avenue" || source[first] > '\u0400';

    private static int BoxStart(ReadOnlySpan<char> source, int box)
    {
        var before = source[Math.Max(0, box - 6)..box];
        var unit = Math.Max(source[Math.Max(0, box - 12)..box].LastIndexOf("PSC "), source[Math.Max(0, box - 12)..box].LastIndexOf("Unit "));
        if (unit >= 0) return Math.Max(0, box - 12) + unit;
        return before.EndsWith("P.O. ") ? box - 5 : before.EndsWith("PO ") ? box - 3 : before.EndsWith("P.O ") ? box - 4 : -1;
    }

    private static FrozenDictionary<char,
        string[]> Lasts(string[] suffixes) => suffixes.GroupBy(suffix => suffix[^1]).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    private static bool EndsWith(ReadOnlySpan<char> name, FrozenDictionary<char, string[]> suffixes, out bool isWhole)
    {
        isWhole = false;
        if (!suffixes.TryGetValue(char.ToLowerInvariant(name[^1]), out var candidates)) return false;
        foreach (var suffix in candidates)
        {
            if (!name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) continue;
            isWhole = name.Length == suffix.Length;
            if (isWhole || name.Length >= suffix.Length + 3) return true;
        }

        return false;
    }
}
