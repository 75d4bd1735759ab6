using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>
/// Places on the earth: a pair of numbers with at least four decimals that is no part of a longer list, degrees with minutes or a point of the
/// compass, or one number with a label.
/// </summary>
internal static class Coordinates
{
    private const int FewestDecimals = 4;
    private const int FewestLabelled = 3;

    /// <summary>Returns the hit of a place at the beginning of a number, if there is one.</summary>
    public static PersonalHit? Find(ref PersonalText text, int at)
    {
        var source = text.Text;
        var start = at > 0 && source[at - 1] is '-' or '+' && (at < 2 || !char.IsAsciiLetterOrDigit(source[at - 2])) ? at - 1 : at;
        if (start < text.Floor || (start > 0 && (char.IsAsciiLetterOrDigit(source[start - 1]) || source[start - 1] is '.' or '_'))) return null;
        if (!Number(source, at, out var end, out var whole, out var decimals, out var hasDegree)) return null;
        if (whole > 180) return null;
        var next = end;
        while (next < source.Length && next < end + 3 && source[next] is ' ' or ',' or ';' or '/') next++;
        if (next > end && whole <= 90 && next < source.Length)
        {
            var second = source[next] is '-' or '+' ? next + 1 : next;
            if (second < source.Length && char.IsAsciiDigit(source[second])
                && Number(source, second, out var secondEnd, out var secondWhole, out var secondDecimals, out var secondDegree) && secondWhole <= 180
                && IsPair(ref text, start, secondEnd, decimals, secondDecimals, hasDegree && secondDegree, whole + secondWhole))
                return new PersonalHit(PersonalKinds.Coordinates, start, secondEnd - start, Confidence.High);
        }

        return !hasDegree && decimals >= FewestLabelled && text.IsLabelled(start, LabelKinds.Latitude | LabelKinds.Longitude)
            ? new PersonalHit(PersonalKinds.Coordinates, start, end - start, Confidence.High) : null;
    }

    private static bool IsPair(ref PersonalText text, int start, int end, int decimals, int secondDecimals, bool hasDegrees, int whole)
    {
        if (hasDegrees) return true;
        var needed = text.IsLabelled(start, LabelKinds.Coordinates | LabelKinds.Latitude) ? FewestLabelled : FewestDecimals;
        if (Math.Min(decimals, secondDecimals) < needed) return false;
        // Scores and vectors are lists of numbers around zero.
        return needed < FewestDecimals || (whole > 1 && !text.IsOfThing(start) && !IsNumberBefore(text.Text, start)
            && !IsNumberAfter(text.Text, end));
    }

    private static bool IsNumberBefore(ReadOnlySpan<char> source, int start)
    {
        var before = source[Math.Max(0, start - 3)..start].TrimEnd(' ');
        return before.Length > 1 && before[^1] is ',' or ';' && char.IsAsciiDigit(before[^2]);
    }

    private static bool IsNumberAfter(ReadOnlySpan<char> source, int end)
    {
        var after = source[end..Math.Min(source.Length, end + 4)];
        if (after.IsEmpty || after[0] is not (',' or ';')) return false;
        after = after[1..].TrimStart(" -");
        return !after.IsEmpty && char.IsAsciiDigit(after[0]);
    }

    // 52.5200, 52.5200°, 52.5200° N, 52°31'12.5"N
    private static bool Number(ReadOnlySpan<char> source, int at, out int end, out int whole, out int decimals, out bool hasDegree)
    {
        end = at;
        whole = 0;
        decimals = 0;
        hasDegree = false;
        while (end < source.Length && end - at < 4 && char.IsAsciiDigit(source[end])) whole = (whole * 10) + source[end++] - '0';
        if (end - at is 0 or > 3) return false;
        if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            end++;
            while (end < source.Length && decimals < 18 && char.IsAsciiDigit(source[end]))
            {
                end++;
                decimals++;
            }
        }

        if (end < source.Length && source[end] is '°' or 'º')
        {
            end++;
            while (end < source.Length && end - at < 24 && (char.IsAsciiDigit(source[end])
                || source[end] is '\'' or '′' or '’' or '"' or '″' or '”' or '.')) end++;
            var compass = end < source.Length && source[end] == ' ' ? end + 1 : end;
            if (compass >= source.Length || source[compass] is not ('N' or 'S' or 'E' or 'W' or 'O')) return false;
            end = compass + 1;
            hasDegree = true;
        }

        return (hasDegree || decimals > 0) && (end >= source.Length || (!char.IsAsciiLetterOrDigit(source[end])
            && !(source[end] == '.' && end + 1 < source.Length && char.IsAsciiDigit(source[end + 1]))));
    }
}
