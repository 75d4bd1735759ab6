using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Audit.Privacy;
using Gatehouse.Detection.Text;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// The search of a text for a name that may be written otherwise: with percent encodings (RFC 3986, section 2.1), with escapes of YAML, JSON or a
/// program, or in another normal form of Unicode (UAX #15). Encodings are resolved up to four deep. A text that is encoded deeper may have the name.
/// </summary>
/// <remarks>
/// The runtime normalises nothing where globalization is invariant. So a name with letters outside ASCII is compared without its marks, and with the
/// Latin letters that it looks like: it finds more than the name, and misses none of its forms but those of CJK compatibility ideographs.
/// </remarks>
internal static partial class WrittenName
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

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Returns whether a text has a name as a word of its own, in one of its written forms. True also for a text of which the last round still
    /// resolved something: what is below it was not searched.
    /// </summary>
    public static bool MayBeIn(string text, string name)
    {
        var folded = Ascii.IsValid(name) ? null : Fold(name);
        if (Has(text)) return true;
        for (var depth = 0; depth < Deepest; depth++)
        {
            // One after the other: a name with a backslash may be behind a percent encoding only.
            var plain = Percent().Replace(text, static match => Bytes(match.ValueSpan));
            if (plain != text && Has(plain)) return true;
            var resolved = Escape().Replace(plain, static match => Escaped(match));
            if (resolved == text) return false;
            if (Has(resolved)) return true;
            text = resolved;
        }

        return true;

        bool Has(string reading) => ClearEntry.HasWord(reading, name) || (folded is { Length: > 0 } && ClearEntry.HasWord(Fold(reading), folded));
    }

    private static string Bytes(ReadOnlySpan<char> run)
    {
        var bytes = new byte[run.Length / 3];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = byte.Parse(run.Slice((3 * i) + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static string Escaped(Match match)
    {
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

    [GeneratedRegex(@"\\(?:x(?<code>[0-9A-Fa-f]{2})|u(?<code>[0-9A-Fa-f]{4})|u\{(?<code>[0-9A-Fa-f]{1,6})\}|U(?<code>[0-9A-Fa-f]{8})|[^xuU])",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Escape();
}
