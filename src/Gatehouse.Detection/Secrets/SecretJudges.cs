using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>The confidence that a text of a secret's form is one; null when it is none.</summary>
internal static partial class SecretJudges
{
    /// <summary>Judges by the format only, except for documentation's examples.</summary>
    public static Confidence? NoExample(string text) => IsPlaceholder(text) ? null : Confidence.High;

    /// <summary>Judges by the format, and by letters that are not one letter repeated.</summary>
    public static Confidence? Random(string text) => IsPlaceholder(text) || Entropy(text) < 2.8 ? null : Confidence.High;

    /// <summary>Judges GitHub's tokens, which end with six digits of base 62 that are the CRC-32 of the text before them.</summary>
    public static Confidence? GitHub(string text) => Checked(text, text.StartsWith("github_pat_", StringComparison.Ordinal) ? null : 4);

    /// <summary>Judges npm's tokens, which have the same ending as GitHub's.</summary>
    public static Confidence? Npm(string text) => Checked(text, 4);

    /// <summary>Judges user and password in base 64 (RFC 7617).</summary>
    public static Confidence? Basic(string text)
    {
        var bytes = new byte[text.Length];
        if (text.Length % 4 == 1 || !Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var count)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, count);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon < pair.Length - 1 && pair.All(c => c is >= ' ' and <= '~') && !IsPlaceholder(pair[(colon + 1)..]) ? Confidence.High
            : null;
    }

    /// <summary>Judges a bearer token written out.</summary>
    public static Confidence? Bearer(string text) => !IsPlaceholder(text) && HasDigitAndLetter(text) && Entropy(text) >= 3.3 ? Confidence.High : null;

    /// <summary>Judges a password within a URL.</summary>
    public static Confidence? UrlPassword(string text) => IsPlaceholder(text) || IsReference(text) ? null : Confidence.High;

    /// <summary>Judges a value next to a name that indicates a secret.</summary>
    public static Confidence? Named(string text) =>
        text.Length >= 8 && !IsReference(text) && !IsPlaceholder(text) && !PublicForm().IsMatch(text) && HasDigitAndLetter(text)
            && Entropy(text) >= 2.9
            ? Confidence.Medium : null;

    /// <summary>Judges a value next to the name of a password.</summary>
    public static Confidence? Password(string text) => text.Length >= 4 && !IsReference(text) && !IsPlaceholder(text) ? Confidence.Medium : null;

    /// <summary>Judges a value next to the name of a password in running text: letters of both cases, digits or signs, and no program text.</summary>
    public static Confidence? MixedPassword(string text)
    {
        var kinds = (text.Any(char.IsAsciiLetterLower) ? 1 : 0) + (text.Any(char.IsAsciiLetterUpper) ? 1 : 0) + (text.Any(char.IsAsciiDigit) ? 1 : 0)
            + (text.Any(char.IsPunctuation) || text.Any(char.IsSymbol) ? 1 : 0);
        return kinds >= 3 && Entropy(text) >= 2.5 && !IsReference(text) && !IsPlaceholder(text) && !text.AsSpan().ContainsAny('(', '[', '{')
            ? Confidence.Medium : null;
    }

    /// <summary>Judges AWS's secret keys, which have no mark: forty characters of base 64 that look random.</summary>
    public static Confidence? AwsSecret(string text) =>
        text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiDigit)
            && Entropy(text) >= 4.2 && text.Count(c => c == '/') <= 4 && !IsPlaceholder(text) ? Confidence.Low : null;

    /// <summary>Returns the bits per character by Shannon.</summary>
    public static double Entropy(string text) =>
        -text.GroupBy(c => c).Select(group => (double)group.Count() / text.Length).Sum(share => share * Math.Log2(share));

    /// <summary>Returns whether the text refers to a value elsewhere.</summary>
    public static bool IsReference(string text) => Reference().IsMatch(text);

    private static Confidence? Checked(string text, int? prefix)
    {
        if (IsPlaceholder(text) || Entropy(text) < 2.8) return null;
        return prefix is { } start && HasChecksum(text[start..]) ? Confidence.High : Confidence.Medium;
    }

    private static bool HasChecksum(string text)
    {
        if (text.Length <= 6) return false;
        var value = Crc32.Of(Encoding.ASCII.GetBytes(text[..^6]));
        const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var expected = new char[6];
        for (var i = 5; i >= 0; i--, value /= 62) expected[i] = Digits[(int)(value % 62)];
        return text[^6..] == new string(expected);
    }

    private static bool HasDigitAndLetter(string text) => text.Any(char.IsAsciiDigit) && text.Any(char.IsAsciiLetter);

    private static bool IsPlaceholder(string text) => Placeholder().IsMatch(text);

    [GeneratedRegex(@"^(?:\$|%|\{|<|\[|env[:.(]|file:|op://|keyvault:|vault:|input:|os\.|process\.|System\.|secrets\.|getenv)|\$\{|\{\{|\(|<[a-z]|://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"example|placeholder|change[_-]?me|your[_-]|_here|dummy|redacted|\.\.\.|\*{3}|x{5}|12345678|abcdefgh|0{8}|<[^>]*>|(.)\1{7}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^(?:sha(?:1|256|384|512)[:-]|pk_|ssh-|data:|W/|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z|[/.~]|-----|[a-z]+_[a-z]+:)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PublicForm();
}
