using System.Buffers;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>
/// Names of persons, only beside a label (name:, patient), a form of address (Mr, Frau, 様) or under a member that says so. Where the label may
/// belong to a thing too, as in "name", the first word must be a common given name.
/// </summary>
internal static class PersonNames
{
    private const int Reach = 40;
    private const int RecordReach = 80;
    private const int NearPerson = 12;
    private const int LongestNameInWords = 4;
    private const int LongestName = 60;

    private const string Surnames =
        "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董袁潘于蒋蔡余杜叶葉程苏蘇魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤";

    private static readonly SearchValues<char> NoNames = SearchValues.Create("@:/\\_{}[]<>=");
    private static readonly SearchValues<char> Marks = SearchValues.Create(":=\"：|\t");
    private static readonly SearchValues<char> Ends = SearchValues.Create("\"{}<|\n");

    private const LabelKinds Naming = LabelKinds.Name | LabelKinds.AnyName | LabelKinds.Person | LabelKinds.Title;

    /// <summary>Returns the hit of a whole text, if the member around it says that it is a name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="memberNames">The names of the members around it.</param>
    public static PersonalHit? OfMember(ref PersonalText text, ReadOnlySpan<char> memberNames)
    {
        var source = text.Text;
        if (source.IsEmpty || source.Length > LongestName || !WordHash.IsLetter(memberNames[^1])
            || !LabelTable.IsLastOfNaming(LastWord(memberNames))) return null;
        if (source.ContainsAnyInRange('0', '9')) return null;
        var kinds = text.Member().Kinds;
        if ((kinds & (LabelKinds.Name | LabelKinds.AnyName)) == 0 || (kinds & LabelKinds.Thing) != 0) return null;
        if (source.ContainsAny(NoNames)) return null;
        var words = 0;
        foreach (var part in source.Split(' '))
        {
            var word = source[part];
            if (word.IsEmpty) continue;
            if (!WordHash.IsWord(word[0]) || IsNoName(word)) return null;
            words++;
        }

        if (words is 0 or > 6) return null;
        var isSure = (kinds & LabelKinds.Name) != 0 || (kinds & LabelKinds.Person) != 0 || IsGiven(source, 0);
        return isSure ? new PersonalHit(PersonalKinds.Name, 0, source.TrimEnd().Length, Confidence.Medium) : null;
    }

    /// <summary>Returns the hit of a name at a capital letter that begins a word, if there is one.</summary>
    public static PersonalHit? Find(ref PersonalText text, int at)
    {
        var source = text.Text;
        if (text.IsTable() && OfCell(ref text, at) is { } cell) return cell;
        var gap = at;
        var lines = 0;
        while (gap > text.Floor && at - gap < 6 && source[gap - 1] is ' ' or ':' or '=' or '"' or '\'' or '.' or ',' or '>' or '\t' or '*'
            or '|' or '\n' or '\r' or '：' or '\\' or '(')
        {
            if (source[--gap] == '\n') lines++;
        }

        if (gap == at || gap <= text.Floor || !WordHash.IsWord(source[gap - 1])) return null;
        var before = source[Math.Max(text.Floor, gap - Reach)..gap];
        if (!LabelTable.IsLastOfNaming(LastWord(before))) return null;
        before = before[(before.LastIndexOfAny(Ends) + 1)..];
        var found = Ending(before, out var first);
        if ((found & Naming) == 0 || (found & LabelKinds.Thing) != 0) return null;
        var between = source[gap..at];
        var isMarked = between.ContainsAny(Marks);
        // A comparison, an arrow and the next item of a list are no label.
        if (between.Contains("==", StringComparison.Ordinal) || between.Contains('>') && (gap == before.Length
            || source[gap - before.Length - 1] != '<') || (between.Contains(',') && isMarked)) return null;
        var isList = between.Contains(',') && lines == 0;
        if (isMarked && IsArrow(source, gap - (before.Length - first))) return null;
        var isInitial = before.Length - first == 1;
        var isTitle = (found & LabelKinds.Title) != 0 && !isMarked && lines == 0 && IsTitle(before[first..], between);
        if (lines > 0 && (found & LabelKinds.Name) == 0) return null;
        if (!isTitle && between.IndexOf('.') >= 0) return null;
        var end = NameEnd(source, at, out var words, out var isGiven);
        if (words == 0 || (isList && !isGiven) || IsCode(source, at, end)) return null;
        var own = Labels.Longest(source, at, out var ownEnd).Kinds;
        if ((own & (LabelKinds.Name | LabelKinds.AnyName)) != 0 && !isGiven) return null;
        // The form of address is no part of the name; it labels what follows.
        if ((own & LabelKinds.Title) != 0 && (own & LabelKinds.GivenName) == 0 && ownEnd < end) return null;
        var isName = (isTitle && (!isInitial || words > 1 || isGiven))
            || ((found & LabelKinds.Name) != 0 && (isMarked || lines > 0 || isGiven || words > 1 || before.Length - first > 4))
            || ((found & LabelKinds.Person) != 0 && isGiven && (words > 1 || isMarked))
            || ((found & LabelKinds.Person) != 0 && isMarked && words is 2 or 3)
            || ((found & LabelKinds.AnyName) != 0 && isGiven && (isMarked || words > 1))
            || ((found & (LabelKinds.AnyName | LabelKinds.Person)) != 0 && isMarked && words > 1 && IsAsked(before[..first]))
            || ((found & LabelKinds.AnyName) != 0 && isMarked
            && ((Before(text, before[Math.Max(0, first - NearPerson)..first]) & LabelKinds.Person) != 0 || (words is 2 or 3
            && IsRecord(source, at, end))));
        return isName ? new PersonalHit(PersonalKinds.Name, at, end - at, isTitle || (isGiven && isMarked) ? Confidence.High : Confidence.Medium)
            : null;
    }

    /// <summary>Returns the hit of a name in Chinese or Japanese signs behind a colon, if there is one.</summary>
    public static PersonalHit? AfterColon(ref PersonalText text, int colon)
    {
        var source = text.Text;
        var at = colon + 1;
        while (at < source.Length && at < colon + 3 && source[at] is ' ' or '"') at++;
        if (at >= source.Length || !WordHash.IsIdeograph(source[at])) return null;
        var before = source[Math.Max(text.Floor, colon - Reach)..colon].TrimEnd("\" ");
        if (before.IsEmpty || (Ending(before, out var first) & LabelKinds.Name) == 0) return null;
        // One sign may be the end of another word: the name of a variable.
        if (before.Length - first == 1 && first > 0 && WordHash.IsIdeograph(before[first - 1])) return null;
        var end = at;
        while (end < source.Length && end - at < 12 && (WordHash.IsIdeograph(source[end]) || source[end] is '・' or '·')) end++;
        // Japanese names have a space between their parts.
        if (end < source.Length && end - at <= 4 && source[end] is ' ' or '\u3000' && end + 1 < source.Length
            && WordHash.IsIdeograph(source[end + 1]))
        {
            var second = end + 1;
            while (second < source.Length && second - end < 6 && WordHash.IsIdeograph(source[second])) second++;
            end = second;
        }

        return end - at is >= 2 and <= 11 ? new PersonalHit(PersonalKinds.Name, at, end - at, Confidence.Medium) : null;
    }

    /// <summary>Returns the hit of a name before a form of address in Chinese or Japanese (李明先生, 田中様), if there is one.</summary>
    public static PersonalHit? BeforeTitle(ref PersonalText text, int at)
    {
        var source = text.Text;
        var rest = source[at..Math.Min(source.Length, at + 2)];
        if (rest is "先生" or "女士" or "小姐" or "さん")
        {
            for (var length = 3; length >= 1; length--)
            {
                if (at - length >= text.Floor && Surnames.Contains(source[at - length], StringComparison.Ordinal) && rest is not "さん")
                    return new PersonalHit(PersonalKinds.Name, at - length, length, Confidence.Medium);
            }
        }

        if (rest is not "さん" && (rest.IsEmpty || rest[0] is not ('様' or '氏'))) return null;
        // Degrees, specifications and manners.
        if (rest.Length > 1 && rest[1] is '度' or '々' or '子' or '式' or '名' || at > 0
            && source[at - 1] is '摄' or '華' or '华' or '仕' or '同' or '模' or '多' or '有') return null;
        var start = at;
        if (start > text.Floor && source[start - 1] == ' ') start--;
        var end = start;
        while (start > text.Floor && at - start < 7 && source[start - 1] is >= '\u4e00' and <= '\u9fff' or >= '\u30a0' and <= '\u30ff') start--;
        return end - start is >= 2 and <= 6 && source[start..end] is not ("お客" or "皆" or "客" or "奥" or "患者" or "関係者" or "王" or "各位")
            && source[end - 1] is not ('皆' or '客' or '神' or '者')
            ? new PersonalHit(PersonalKinds.Name, start, end - start, Confidence.Medium) : null;
    }

    // A call, a path or a member: String(, SqlMapper.LinqBinary.
    private static bool IsCode(ReadOnlySpan<char> source, int at, int end) =>
        end < source.Length && (source[end] is '(' or '_' or '/'
            || (source[end] == '.' && end + 1 < source.Length && char.IsLetter(source[end + 1]) && end - at > 2));

    // A cell of a column of names, or of a column "name" in a table about persons.
    private static PersonalHit? OfCell(ref PersonalText text, int at)
    {
        var source = text.Text;
        var start = at;
        while (start > 0 && source[start - 1] is ' ' or '"') start--;
        if (start == 0 || source[start - 1] is not (',' or ';' or '\t' or '|' or '\n')) return null;
        var kinds = text.Around(at).Kinds;
        if ((kinds & (LabelKinds.Name | LabelKinds.AnyName)) == 0) return null;
        var end = NameEnd(source, at, out var words, out var isGiven);
        var cell = end;
        while (cell < source.Length && source[cell] is ' ' or '"') cell++;
        if (words == 0 || (cell < source.Length && source[cell] is not (',' or ';' or '\t' or '|' or '\n' or '\r'))) return null;
        var isSure = (kinds & (LabelKinds.Name | LabelKinds.Person)) != 0 || isGiven
            || Labels.EndOf(Tables.Header(source),
            LabelKinds.Birth | LabelKinds.NationalId | LabelKinds.Phone | LabelKinds.Health | LabelKinds.Name) >= 0;
        return isSure ? new PersonalHit(PersonalKinds.Name, at, end - at, Confidence.Medium) : null;
    }

    // A name beside an address of mail or a birthday is that of a person.
    private static bool IsRecord(ReadOnlySpan<char> source, int at, int end)
    {
        const LabelKinds Personal = LabelKinds.Birth | LabelKinds.NationalId | LabelKinds.Passport | LabelKinds.Health;
        const LabelKinds OnLines = Personal | LabelKinds.Phone | LabelKinds.Address;
        var after = source[end..Math.Min(source.Length, end + RecordReach)];
        var before = source[Math.Max(0, at - RecordReach)..at];
        var sign = after.IndexOf('@');
        return (sign > 1 && char.IsAsciiLetterOrDigit(after[sign - 1])) || Labels.EndOf(after, after.StartsWith('\n') ? OnLines
            : Personal | LabelKinds.Name) >= 0
            || Labels.EndOf(before, Personal) >= 0;
    }

    // "What is the name on the account? User: Anna Schmidt"
    private static bool IsAsked(ReadOnlySpan<char> before) =>
        before.LastIndexOf('?') is >= 0 and var question && Labels.EndOf(before[..question], LabelKinds.AnyName | LabelKinds.Name) >= 0;

    // Client->>User: a line of a diagram; a.Name = X: a line of code.
    private static bool IsArrow(ReadOnlySpan<char> source, int label) => label > 0 && (source[label - 1] == '.' || (source[label - 1] == '>'
        && label > 1 && source[label - 2] is '>' or '-'));

    private static LabelKinds Before(PersonalText text, ReadOnlySpan<char> before) => Labels.Of(before, text.Member()).Kinds;

    private static ulong LastWord(ReadOnlySpan<char> before)
    {
        var start = before.Length;
        if (WordHash.IsIdeograph(before[start - 1])) start--;
        else
        {
            while (start > 0 && WordHash.IsLetter(before[start - 1]) && !(start < before.Length && char.IsUpper(before[start])
                && char.IsLower(before[start - 1]))) start--;
        }

        var hash = WordHash.Empty;
        return start < before.Length && WordHash.Read(before, start, ref hash) == before.Length ? hash : 0;
    }

    // What the phrase at the end of a text says, and where it begins.
    private static LabelKinds Ending(ReadOnlySpan<char> before, out int first)
    {
        first = before.Length;
        for (var at = 0; at < before.Length;)
        {
            if (!WordHash.IsWord(before[at]))
            {
                at++;
                continue;
            }

            var found = Labels.Longest(before, at, out var end);
            if (end == before.Length)
            {
                first = at;
                return found.Kinds;
            }

            at = end;
        }

        return LabelKinds.None;
    }

    // Short forms need a capital and a full stop or a space: "12 ms" is a time, "M. Dupont" a person.
    private static bool IsTitle(ReadOnlySpan<char> title, ReadOnlySpan<char> between) =>
        title.Length switch
        {
            1 => between is ". " && char.IsUpper(title[0]),
            < 5 => (char.IsUpper(title[0]) || title[0] > '\u0400' || (title[0] is 'd' or 's' && between.Contains('.')) || title is "don")
                && between is " " or ". ",
            _ => between is " ",
        };

    // The capitalised words of a name, with initials and small words between.
    private static int NameEnd(ReadOnlySpan<char> source, int at, out int words, out bool isGiven)
    {
        words = 0;
        isGiven = false;
        var end = at;
        for (var next = at; words < LongestNameInWords && next < source.Length && next - at < LongestName;)
        {
            var stop = next;
            while (stop < source.Length && (char.IsLetter(source[stop]) || (source[stop] is '-' or '\'' or '’' && stop + 1 < source.Length
                && char.IsLetter(source[stop + 1])))) stop++;
            if (words > 0 && stop < source.Length && source[stop] is ':' or '：') break;
            if (stop == next || (stop < source.Length && (char.IsDigit(source[stop]) || source[stop] is '_' or '/' or '@' or '=' or '('))) break;
            var found = Labels.Longest(source, next, out _).Kinds;
            if (!char.IsUpper(source[next]))
            {
                if (words == 0 || (found & LabelKinds.Particle) == 0) break;
            }
            else
            {
                if ((found & (LabelKinds.NotName | LabelKinds.Thing)) != 0 && (found & LabelKinds.GivenName) == 0 && stop - next > 2) break;
                // The words of a name begin behind its title: "Name: Dr. Anna Schmidt".
                if ((found & LabelKinds.Title) == 0 || stop - next == 1 || words > 0)
                {
                    words++;
                    isGiven |= (found & LabelKinds.GivenName) != 0;
                }

                end = stop;
            }

            next = stop;
            if (next < source.Length && source[next] == '.' && (stop - end == 0 && stop > 1 && (char.IsUpper(source[stop - 1])
                || (found & LabelKinds.Title) != 0))) next++;
            if (next >= source.Length || source[next] != ' ') break;
            next++;
        }

        return end;
    }

    private static bool IsGiven(ReadOnlySpan<char> source, int at) => (Labels.Longest(source, at, out _).Kinds & LabelKinds.GivenName) != 0;

    private static bool IsNoName(ReadOnlySpan<char> word) => (Labels.Longest(word, 0, out _).Kinds & LabelKinds.NotName) != 0;
}
