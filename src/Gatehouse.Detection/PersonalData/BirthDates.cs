using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>Dates of birth: a date with a label before it and no other number between the two.</summary>
internal static class BirthDates
{
    private const int LongestDate = 32;

    /// <summary>Returns the hit of a date that begins with, or whose month is before, a number, if a label says that a person was born
    /// then.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the number begins.</param>
    /// <param name="run">How many digits it has.</param>
    /// <param name="end">Receives the end of a date, or -1.</param>
    public static PersonalHit? Find(ref PersonalText text, int at, int run, out int end)
    {
        end = -1;
        if (run is not (1 or 2 or 4 or 8)) return null;
        end = run switch
        {
            8 => Compact(text.Text, at),
            4 => YearFirst(text.Text, at),
            _ => DayFirst(text.Text, at, run),
        };
        var start = at;
        if (end < 0 && run < 3) end = MonthFirst(ref text, at, run, out start);
        if (end < 0) return null;
        if (text.Text[end..].StartsWith("生") || text.Text[end..].StartsWith("出生")) return new PersonalHit(PersonalKinds.DateOfBirth, start,
            end - start, Confidence.High);
        if (!text.IsLabelled(start, LabelKinds.Birth)) return null;
        // "born 1985-03-12, admitted 2026-01-02": the label belongs to the first of two numbers.
        var before = Labels.Before(text.Text, start, PersonalText.Reach);
        var number = before.LastIndexOfAnyInRange('0', '9');
        var isNear = number < 0 || (text.Around(start).Kinds & LabelKinds.Birth) != 0
            || (Labels.Of(before[(number + 1)..], default).Kinds & LabelKinds.Birth) != 0;
        return isNear ? new PersonalHit(PersonalKinds.DateOfBirth, start, end - start, Confidence.High) : null;
    }

    private static int Compact(ReadOnlySpan<char> source, int at) =>
        IsYear(source.Slice(at, 4)) && IsDay(source.Slice(at + 4, 2), source.Slice(at + 6, 2)) ? at + 8
        : IsYear(source.Slice(at + 4, 4)) && IsDay(source.Slice(at + 2, 2), source.Slice(at, 2)) ? at + 8 : -1;

    private static int YearFirst(ReadOnlySpan<char> source, int at)
    {
        if (!IsYear(source.Slice(at, 4))) return -1;
        var end = at + 4;
        if (!Separator(source, ref end, out _) || !Number(source, ref end, out var month) || !Separator(source, ref end, out _)
            || !Number(source, ref end, out var day) || !Checksums.IsDay(month, day))
            return -1;
        return end < source.Length && source[end] is '日' or '일' ? end + 1 : end;
    }

    private static int DayFirst(ReadOnlySpan<char> source, int at, int run)
    {
        var first = Checksums.Number(source.Slice(at, run));
        var end = at + run;
        // 昭和60年4月12日
        if (end < source.Length && source[end] == '年' && at > 0 && source[at - 1] is '和' or '成' or '正' && Separator(source, ref end, out _)
            && Number(source, ref end, out var month) && Separator(source, ref end, out _) && Number(source, ref end, out var day)
            && Checksums.IsDay(month, day))
            return end < source.Length && source[end] == '日' ? end + 1 : end;
        if (first is 0 or > 31) return -1;
        if (Separator(source, ref end, out var separator) && separator != ' ' && Number(source, ref end, out var second))
        {
            if (!Checksums.IsDay(second, first) && !Checksums.IsDay(first, second)) return -1;
            return Separator(source, ref end, out _) ? Year(source, end) : -1;
        }

        // 12 March 1985, 12. März 1985, 12 de marzo de 1985, 12th of March, 1985
        end = at + run;
        var isMonth = false;
        while (end < source.Length && end - at < LongestDate)
        {
            if (char.IsAsciiDigit(source[end])) return isMonth ? Year(source, end) : -1;
            if (WordHash.IsLetter(source[end]))
            {
                var found = Labels.Longest(source, end, out var next).Kinds;
                isMonth |= (found & LabelKinds.Month) != 0;
                if (!isMonth && (found & LabelKinds.Particle) == 0 && source[end..next] is not ("st" or "nd" or "rd" or "th" or "er")) return -1;
                end = next;
            }
            else if (source[end++] is not (' ' or '.' or ',' or '-' or '/'))
            {
                return -1;
            }
        }

        return -1;
    }

    // March 12, 1985
    private static int MonthFirst(ref PersonalText text, int at, int run, out int start)
    {
        start = at;
        var source = text.Text;
        var end = at + run;
        while (end < source.Length && end < at + run + 4 && (source[end] is ',' or ' ' || char.IsAsciiLetter(source[end]))) end++;
        var year = Year(source, end);
        if (year < 0) return -1;
        var word = at;
        while (word > text.Floor && at - word < 3 && source[word - 1] is ' ' or '.' or '-') word--;
        start = word;
        while (start > text.Floor && word - start < 12 && WordHash.IsLetter(source[start - 1])) start--;
        return start < word && (Labels.Longest(source, start, out _).Kinds & LabelKinds.Month) != 0 ? year : -1;
    }

    private static int Year(ReadOnlySpan<char> source, int at)
    {
        var end = at;
        while (end < source.Length && end - at < 5 && char.IsAsciiDigit(source[end])) end++;
        return (end - at == 4 && IsYear(source[at..end])) || end - at == 2 ? end : -1;
    }

    private static bool Number(ReadOnlySpan<char> source, ref int at, out int number)
    {
        number = 0;
        var from = at;
        while (at < source.Length && at - from < 3 && char.IsAsciiDigit(source[at])) number = (number * 10) + source[at++] - '0';
        return at - from is 1 or 2;
    }

    private static bool Separator(ReadOnlySpan<char> source, ref int at, out char separator)
    {
        separator = at < source.Length ? source[at] : '\0';
        if (separator is not ('-' or '/' or '.' or '年' or '月' or ' ' or '년' or '월')) return false;
        at++;
        if (separator is not ' ' && at < source.Length && source[at] == ' ') at++;
        return true;
    }

    private static bool IsYear(ReadOnlySpan<char> digits) => digits[..2] is "19" or "20" or "18";

    private static bool IsDay(ReadOnlySpan<char> month, ReadOnlySpan<char> day) => Checksums.IsDay(Checksums.Number(month), Checksums.Number(day));
}
