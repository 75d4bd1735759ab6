using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Audit.Privacy;
using Gatehouse.Detection.Text;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// The search of a text for a name that may be written otherwise: with percent encodings (RFC 3986, section 2.1), with escapes of YAML, JSON or a
/// program, with any white space or <c>+</c> (the form of a query) between its words, or in another normal form of Unicode (UAX #15). Encodings are
/// resolved up to four deep. A text that is encoded deeper may have the name.
/// </summary>
/// <remarks>
/// The runtime normalises nothing where globalization is invariant. So a name with letters outside ASCII is compared without its marks, and with the
/// Latin letters that it looks like: it finds more than the name, and misses none of its forms but those of CJK compatibility ideographs.
/// </remarks>
internal static partial class NameInText
{
    private const int Deepest = 4;

    // Unicode 17, section 3.12: the syllables of Hangul are decomposed by rule.
    private const int FirstSyllable = 0xAC00;
    private const int LastSyllable = 0xD7A3;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int FirstTail = 0x11A7;
    private const int Vowels = 21;
    private const int Tails = 28;

    /// <summary>
    /// Returns whether a text has a name as a word of its own, in one of its written forms. It may have it where the last round still resolved
    /// something: what is below it was not searched.
    /// </summary>
    public static Naming Search(string text, string name)
    {
        var spaced = Spaces().Replace(name, " ");
        var folded = Ascii.IsValid(name) ? null : Fold(spaced);
        var hasSpaces = spaced.Contains(' ', StringComparison.Ordinal);
        if (Has(text)) return Naming.Yes;
        for (var depth = 0; depth < Deepest; depth++)
        {
            // One after the other: a name with a backslash may be behind a percent encoding only.
            var plain = Percent().Replace(text, static match => Percents(match.ValueSpan));
            if (plain != text && Has(plain)) return Naming.Yes;
            var resolved = Escape().Replace(plain, static match => Escaped(match, areBytes: true));
            if (resolved == text) return Naming.No;
            if (Has(resolved)) return Naming.Yes;
            // A program writes bytes so, and YAML characters (YAML 1.2, section 5.7). They differ beyond ASCII, where no further encoding is.
            var ofCharacters = Escape().Replace(plain, static match => Escaped(match, areBytes: false));
            if (ofCharacters != resolved && Has(ofCharacters)) return Naming.Yes;
            text = resolved;
        }

        return Naming.May;

        bool Has(string reading)
        {
            if (WholeWord.IsIn(reading, name)) return true;
            if (hasSpaces && WholeWord.IsIn(reading = Spaces().Replace(reading, " "), spaced)) return true;
            return folded is { Length: > 0 } && WholeWord.IsIn(Fold(reading), folded);
        }
    }

    private static string Percents(ReadOnlySpan<char> run)
    {
        var bytes = new byte[run.Length / 3];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = Hexadecimal(run.Slice((3 * i) + 1, 2));
        return Text(bytes);
    }

    // A run of two hexadecimal digits behind \x, and of three octal digits.
    private static byte[] Escapes(ReadOnlySpan<char> run)
    {
        var bytes = new byte[run.Length / 4];
        for (var i = 0; i < bytes.Length; i++)
        {
            var one = run.Slice(4 * i, 4);
            bytes[i] = one[1] == 'x' ? Hexadecimal(one[2..]) : (byte)(((one[1] - '0') << 6) | ((one[2] - '0') << 3) | (one[3] - '0'));
        }

        return bytes;
    }

    private static byte Hexadecimal(ReadOnlySpan<char> digits) => byte.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // A byte that is no UTF-8 says nothing about those beside it. Without any character of UTF-8 beyond ASCII the bytes are ISO 8859-1.
    private static string Text(byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length);
        var isUtf8 = false;
        for (var rest = bytes.AsSpan(); rest.Length > 0;)
        {
            isUtf8 |= Rune.DecodeFromUtf8(rest, out var rune, out var length) == OperationStatus.Done && length > 1;
            text.Append(rune.ToString()); // U+FFFD for what is none, which is no letter
            rest = rest[length..];
        }

        return isUtf8 ? text.ToString() : Encoding.Latin1.GetString(bytes);
    }

    private static string Escaped(Match match, bool areBytes)
    {
        if (match.Groups["bytes"].Success)
        {
            var bytes = Escapes(match.ValueSpan);
            return areBytes ? Text(bytes) : Encoding.Latin1.GetString(bytes);
        }

        if (match.Groups["code"] is { Success: true } digits)
        {
            var code = uint.Parse(digits.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (code <= char.MaxValue) return ((char)code).ToString(); // also one half of a pair
            return code <= 0x10FFFF ? char.ConvertFromUtf32((int)code) : match.Value;
        }

        return match.Value[1] switch
        {
            '"' or '\'' or '/' or '\\' => match.Value[1..],
            'n' or 'r' or 't' or 'b' or 'f' or 'v' or 'a' or 'e' or '0' or 'N' or '_' or 'L' or 'P' or ' ' => " ",
            _ => match.Value,
        };
    }

    private static string Fold(string text)
    {
        if (Ascii.IsValid(text)) return text; // the comparison has no regard to case
        var folded = new StringBuilder(text.Length);
        Span<char> buffer = stackalloc char[Folding.Longest];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= FirstSyllable and <= LastSyllable)
            {
                AddSyllable(rune.Value - FirstSyllable, folded);
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark))
            {
                Folding.Fold(rune, ref buffer, out var count);
                folded.Append(buffer[..count]);
            }
        }

        return folded.ToString();
    }

    private static void AddSyllable(int index, StringBuilder folded)
    {
        folded.Append((char)(FirstLead + (index / (Vowels * Tails)))).Append((char)(FirstVowel + (index % (Vowels * Tails) / Tails)));
        if (index % Tails > 0) folded.Append((char)(FirstTail + (index % Tails)));
    }

    [GeneratedRegex("(?:%[0-9A-Fa-f]{2})+", RegexOptions.CultureInvariant)]
    private static partial Regex Percent();

    [GeneratedRegex(@"[\s+]+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();

    [GeneratedRegex(
        @"(?<bytes>(?:\\x[0-9A-Fa-f]{2}|\\[0-3][0-7]{2})+)|\\(?:u(?<code>[0-9A-Fa-f]{4})|u\{(?<code>[0-9A-Fa-f]{1,6})\}|U(?<code>[0-9A-Fa-f]{8})|[^xuU])",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Escape();
}

/// <summary>Whether a text names a person.</summary>
internal enum Naming
{
    /// <summary>It does not.</summary>
    No,

    /// <summary>It may: a part of it cannot be searched.</summary>
    May,

    /// <summary>It does.</summary>
    Yes,
}
