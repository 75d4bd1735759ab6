using System.Buffers;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>Addresses of mail. Hosts behind credentials, packages and images do not count.</summary>
internal static class Emails
{
    private const int LongestLocal = 64;
    private const int LongestDomain = 253;

    private static readonly SearchValues<char> LocalSigns = SearchValues.Create("._%+-'&*/=?^`{|}~!#$");

    private static readonly SearchValues<char> Before = SearchValues.Create("=/{|`!?&#$*");
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\"'<>(),;");

    // Endings of files that are no domains: logo@2x.png.
    private static readonly string[] Files = ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "css", "js", "json", "ts", "tgz"];

    /// <summary>Returns the hit of an address around an at sign, if there is one.</summary>
    public static PersonalHit? Find(ref PersonalText text, int sign)
    {
        var source = text.Text;
        var start = sign;
        while (start > text.Floor && sign - start < LongestLocal && IsLocal(source[start - 1])) start--;
        // A sign that begins a local part is punctuation around it, apart from a few that addresses begin with.
        while (start < sign && !char.IsLetterOrDigit(source[start]) && source[start] is not ('_' or '+')) start++;
        // What is behind the last of these is the address: to=anna@example.com, {anna@example.com.
        var part = source[start..sign].LastIndexOfAny(Before);
        if (part >= 0) start += part + 1;
        if (start == sign || source[sign - 1] == '.' || (start > text.Floor && source[start - 1] is '@')) return null;
        var end = DomainEnd(source, sign + 1);
        if (end < 0 || source[start..sign] is "git" || IsCredentials(source, start)) return null;
        return new PersonalHit(PersonalKinds.Email, start, end - start, Confidence.High);
    }

    private static bool IsLocal(char character) => char.IsLetterOrDigit(character) || LocalSigns.Contains(character);

    private static int DomainEnd(ReadOnlySpan<char> source, int from)
    {
        var end = from;
        var dot = -1;
        while (end < source.Length && end - from < LongestDomain && (char.IsLetterOrDigit(source[end]) || source[end] is '.' or '-'))
        {
            if (source[end] == '.' && (end == from || source[end - 1] is '.' or '-' || end + 1 == source.Length
                || !char.IsLetterOrDigit(source[end + 1]))) break;
            if (source[end] == '.') dot = end;
            end++;
        }

        if (dot < 0 || end - dot < 3 || !char.IsLetter(source[dot + 1])) return -1;
        while (source[end - 1] == '-') end--;
        var last = source[(dot + 1)..end];
        foreach (var file in Files)
        {
            if (last.Equals(file, StringComparison.OrdinalIgnoreCase)) return -1;
        }

        return end;
    }

    // https://user@host and postgres://user:password@host name a machine, not a person.
    private static bool IsCredentials(ReadOnlySpan<char> source, int start)
    {
        var before = source[Math.Max(0, start - 80)..start];
        var space = before.LastIndexOfAny(Ends);
        var address = before[(space + 1)..];
        var scheme = address.IndexOf("://");
        return scheme >= 0 && address[(scheme + 3)..].IndexOfAny("/?=&#") < 0;
    }
}
