using System.Buffers;
using System.Text;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>The confidence that a text of a secret's form is one; null when it is none.</summary>
internal static class SecretJudges
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // Passwords of examples; as a password of a URL or a header they are more often documentation than a secret.
    private static readonly HashSet<string> Weak = new(StringComparer.OrdinalIgnoreCase)
    {
        "pass", "password", "passwd", "pwd", "secret", "token", "user", "username", "admin", "root", "postgres", "mysql", "guest", "test",
            "testing", "tester",
        "demo", "default", "none", "null", "true", "false", "changeit", "qwerty", "hunter2", "foo", "bar", "baz", "abc", "abc123", "123456",
            "1234", "12345", "passw0rd",
        "p@ssw0rd", "p@ssword", "pass123", "password1", "password123", "letmein", "empty", "api", "apikey", "key", "value", "string", "mypass",
            "my_pass", "redis",
        "mongo", "rabbit", "rabbitmq", "sa", "oracle", "localhost", "credentials", "port", "host", "db", "minio", "minioadmin", "x", "xx", "xxx",
            "xxxx",
    };

    private static readonly SearchValues<string> Subjects = SearchValues.Create(["secret", "password", "token", "key", "pass", "cred"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly HashSet<string> FileEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "mjs", "ts", "json", "yaml", "yml", "xml", "html", "htm", "pdf", "txt", "md",
        "csv", "log", "zip", "gz", "tar", "tgz", "mp3", "mp4", "pem", "crt", "cer", "key", "pub", "p12", "pfx", "jks", "woff", "woff2", "py", "rb",
        "go", "java", "php", "sql",
    };

    private const int LongestPart = 14;

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly char[] Digits = [.. "0123456789"];

    private static readonly char[] NameSigns = ['-', '_', '.', ':', '/'];

    private static readonly SearchValues<char> ProgramSigns = SearchValues.Create(" ()[]{}<>|\\,;\"'`\t");

    /// <summary>Judges a text that has the form of a row of the table.</summary>
    public static Confidence? Format(SecretFormat format, string text)
    {
        if (!format.IsFixed)
        {
            var body = format.Body(text);
            if (Placeholders.IsForBody(body) || (body.Length >= 16 && Randomness.WordShare(body) >= (body.Length < 30 ? 0.75 : 0.5))
                || text.EndsWith("EXAMPLE", StringComparison.Ordinal) || Randomness.Entropy(body) < LeastEntropy(body.Length)) return null;
        }

        if (format.HasChecksum) return HasChecksum(text[4..]) ? Confidence.High : Confidence.Medium;
        return format.IsSoft ? Confidence.Medium : Confidence.High;
    }

    /// <summary>Judges user and password in base 64 (RFC 7617).</summary>
    public static Confidence? Basic(string text)
    {
        if (Placeholders.IsForBody(text) || Pair(text) is not { } pair) return null;
        var password = pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return password.Length > 0 && !Weak.Contains(password) && !Placeholders.Is(password) && !Placeholders.IsReference(password)
            ? Confidence.High : null;
    }

    /// <summary>Judges a bearer token written out.</summary>
    public static Confidence? Bearer(string text) =>
        !Placeholders.Is(text) && HasDigitAndLetter(text) && Randomness.Entropy(text) >= 3.3 && Randomness.WordShare(text) < 0.6
            ? Confidence.High : null;

    /// <summary>Judges a password within a URL, or beside a user in a command.</summary>
    public static Confidence? UrlPassword(string text) =>
        Weak.Contains(text) || Placeholders.Is(text) || Placeholders.IsReference(text) || text.All(c => c is '*' or 'x' or 'X' or '.')
            || IsWeakVariant(text)
            ? null : Confidence.High;

    /// <summary>Judges a token in place of the user of a URL or a command, with or without an empty password.</summary>
    public static Confidence? UserToken(string text) =>
        text.Length >= 20 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && IsDrawn(text, 3.2) ? Confidence.Medium : null;

    /// <summary>Judges the value of a variable, header or member whose name indicates a secret.</summary>
    /// <param name="text">The value.</param>
    /// <param name="mayBePublic">False where the name is that of a password or secret.</param>
    public static Confidence? Named(string text, bool mayBePublic) =>
        text.Length >= 8 && !Placeholders.IsReference(text) && !Placeholders.Is(text) && !Placeholders.IsPublicForm(text, mayBePublic)
            && HasDigitAndLetter(text) && Randomness.Entropy(text) >= 2.9 ? Confidence.Medium : null;

    /// <summary>Judges the value of a variable, header or member with the name of a password.</summary>
    public static Confidence? Password(string text) =>
        text.Length >= 4 && !Placeholders.IsReference(text) && !Placeholders.Is(text) ? Confidence.Medium : null;

    /// <summary>Judges a value beside a name in a file of any kind, where most values beside such names are program text.</summary>
    /// <param name="text">The value.</param>
    /// <param name="name">What the name says.</param>
    /// <param name="mayBePublic">False where the name has the word secret.</param>
    public static Confidence? Drawn(string text, SecretName name, bool mayBePublic = true) => name switch
    {
        SecretName.Password => IsPassword(text) ? Confidence.Medium : null,
        SecretName.Sure => text.Length >= 10 && IsDrawn(text, 2.9, mayBePublic) ? Confidence.Medium : null,
        SecretName.ApiKey =>
            (text.Length >= 10 && IsDrawn(text, 2.9, mayBePublic)) || Placeholders.IsDrawnGuid(text) ? Confidence.Medium : null,
        SecretName.Issuer =>
            (text.Length >= 12 && IsDrawn(text, 2.9, mayBePublic)) || Placeholders.IsDrawnGuid(text) ? Confidence.Medium : null,
        // A digest or a UUID is often the key of a table, with a short name before it, and a file that of a store.
        SecretName.Likely =>
            text.Length >= 16 && IsDrawn(text, 3.3, mayBePublic) && !EndsWithDigest(text) && FileStem(text) < 0 ? Confidence.Medium : null,
        _ => null,
    };

    /// <summary>Judges AWS's secret keys, which have no mark: forty characters of base 64 that look random.</summary>
    public static Confidence? AwsSecret(string text) =>
        text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiDigit)
            && Randomness.Entropy(text) >= 4.2 && text.Count(c => c == '/') <= 4 && !Placeholders.Is(text) ? Confidence.Low : null;

    /// <summary>Returns whether the text refers to a value elsewhere.</summary>
    public static bool IsReference(string text) => Placeholders.IsReference(text);

    // A drawn text: letters and digits mixed without words.
    private static bool IsDrawn(string text, double least, bool mayBePublic = true)
    {
        if (Placeholders.IsReference(text) || Placeholders.Is(text) || Placeholders.IsPublicForm(text, mayBePublic)) return false;
        if (text.AsSpan().ContainsAny(ProgramSigns)) return IsDrawnFromAllSigns(text);
        if (IsIdentifier(text) || IsFileName(text)) return false;
        if (Randomness.Entropy(text) < Math.Min(least, 0.75 * Math.Log2(text.Length))) return false;
        if (!HasDigitAndLetter(text) && !(text.Length >= 20 && text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower))) return false;
        return Randomness.WordShare(text) < 0.5 && !IsEncodedText(text);
    }

    // Base 64 of a sentence, as tests and documentation have it. Without blanks, words and digits may be a password.
    private static bool IsEncodedText(string text)
    {
        if (text.Length % 4 != 0) return false;
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var count)
            || bytes.AsSpan(0, count).ContainsAnyExceptInRange((byte)' ', (byte)'~')) return false;
        var plain = Encoding.ASCII.GetString(bytes, 0, count);
        return plain.Trim().Contains(' ', StringComparison.Ordinal)
            && Randomness.WordShare(plain.AsSpan(plain.IndexOf(':', StringComparison.Ordinal) + 1)) >= 0.6;
    }

    // subject_token_0, x509-privkey-t, self.AWS_SESSION_TOKEN: names of a program, whose parts are letters with at most three digits.
    private static bool IsIdentifier(string text)
    {
        var parts = text.Split(NameSigns, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || parts.Any(part => part.Length > LongestPart || part.TrimEnd(Digits).AsSpan().ContainsAnyExcept(Letters)
            || (part.Length > 4 && part.Length - part.TrimEnd(Digits).Length > 3))) return false;
        return Randomness.WordShare(text) >= 0.35;
    }

    // The keys and salts of WordPress, which are drawn from all that can be typed.
    private static bool IsDrawnFromAllSigns(string text) => text.Length is >= 48 and <= 100 && Randomness.Entropy(text) >= 4.9
        && text.Count(char.IsAsciiLetterOrDigit) is var letters && letters * 10 >= text.Length * 5 && letters * 10 <= text.Length * 9
        && Randomness.WordShare(text) < 0.25;

    // Words with the ending of a file.
    private static bool IsFileName(string text) => FileStem(text) is var stem and > 0 && Randomness.WordShare(text.AsSpan(0, stem)) >= 0.5;

    // The characters before the ending of a file; -1 without one.
    private static int FileStem(string text)
    {
        var dot = text.LastIndexOf('.');
        return dot > 0 && FileEndings.Contains(text[(dot + 1)..]) ? dot : -1;
    }

    // npm-0f3c..., deps-v2-0f3c..., cf-2e351785-e821-450c-9d58-625e1e1ebfb6
    private static bool EndsWithDigest(string text) =>
        (text.Length > 36 && Placeholders.IsGuid(text.AsSpan(text.Length - 36))) || (text.AsSpan(text.LastIndexOfAny(NameSigns) + 1) is var last
            && (last.Length >= 32 || last.Length == text.Length) && !last.ContainsAnyExcept(HexDigits));

    // A password that a person chose: several kinds of characters, or letters and digits without being one word and a number of a template.
    private static bool IsPassword(string text)
    {
        if (text.Length < 6 || Weak.Contains(text) || IsWeakVariant(text) || Placeholders.IsReference(text) || Placeholders.Is(text)
            || text.Contains(' ', StringComparison.Ordinal)
            || text.AsSpan().ContainsAny('(', '[', '{') || Placeholders.IsPublicForm(text, mayBePublic: false)) return false;
        var signs = text.Any(c => char.IsPunctuation(c) || char.IsSymbol(c));
        var kinds = (text.Any(char.IsAsciiLetterLower) ? 1 : 0) + (text.Any(char.IsAsciiLetterUpper) ? 1 : 0) + (text.Any(char.IsAsciiDigit) ? 1
            : 0) + (signs ? 1 : 0);
        if (kinds < 2 || Randomness.Entropy(text) < 2.5 || IsPathOfNames(text) || IsAboutSecrets(text)) return false;
        if (text.Length >= 10 && !signs && !text.Any(char.IsAsciiDigit)) return Randomness.WordShare(text) < 0.4;
        return (kinds >= 3 && text.Any(char.IsAsciiDigit)) || (text.Any(char.IsAsciiDigit) && Randomness.WordShare(text) < 0.75)
            || (kinds >= 3 && Randomness.WordShare(text) < 0.75);
    }

    // config.password, user-password, forms.login_token: names joined by signs that names have.
    private static bool IsPathOfNames(string text) =>
        !text.Any(char.IsAsciiDigit) && text.All(c => char.IsAsciiLetter(c) || c is '.' or '_' or '-' or ':' or '/' or '\\' or '>')
            && Randomness.WordShare(text) >= 0.5;

    // secret-2-levels, my_token_1: words about secrets, not one.
    private static bool IsAboutSecrets(string text) =>
        text.AsSpan().ContainsAny(Subjects) && Randomness.WordShare(text) >= 0.6 && text.AsSpan().ContainsAny('-', '_', '.')
            && text.Count(char.IsAsciiDigit) <= 2;

    // The word "password" with little more than a number.
    private static bool IsWeakVariant(string text)
    {
        var letters = new string([.. text.Where(char.IsAsciiLetter)]).ToLowerInvariant();
        return letters.Length == 0 || ((Weak.Contains(letters) || letters is "testpassword" or "testpass" or "userpassword" or "newpassword"
            or "oldpassword"
            or "wrongpassword" or "secretpassword" or "supersecret" or "topsecret" or "testsecret" or "testtoken" or "testkey")
                && text.Length - letters.Length <= 4);
    }

    private static double LeastEntropy(int length) => length switch { < 12 => 1.8, < 20 => 2.3, _ => 2.8 };

    private static string? Pair(string text)
    {
        var bytes = new byte[text.Length];
        if (text.Length % 4 == 1 || !Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var count)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, count);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon < pair.Length - 1 && pair.All(c => c is >= ' ' and <= '~') ? pair : null;
    }

    private static bool HasChecksum(string text)
    {
        if (text.Length <= 6) return false;
        var value = Crc32.Of(Encoding.ASCII.GetBytes(text[..^6]));
        var expected = new char[6];
        for (var i = 5; i >= 0; i--, value /= 62) expected[i] = Base62[(int)(value % 62)];
        return text[^6..] == new string(expected);
    }

    private static bool HasDigitAndLetter(string text) => text.Any(char.IsAsciiDigit) && text.Any(char.IsAsciiLetter);
}
