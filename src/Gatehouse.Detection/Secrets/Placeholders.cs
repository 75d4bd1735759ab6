using System.Buffers;

namespace Gatehouse.Detection.Secrets;

/// <summary>Texts in place of a secret: examples of documentation, references to a value elsewhere, and texts that are public by their
/// form.</summary>
internal static class Placeholders
{
    private const int ShortestRun = 5;
    private const double RunShare = 0.27;

    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["example", "placeholder", "changeme", "change_me", "change-me", "changeit", "your_", "your-", "yours", "_here", "-here", "dummy", "redacted",
            "insert_", "replace", "...", "***", "xxxxx", "notreal", "not_real", "not-real", "undefined", "deadbeef", "deadc0de", "fake", "sample",
                "goes-here",
            "todo", "fixme", "lorem", "foobar", "foo_bar", "foo-bar", "my_secret", "mysecret", "my-secret",
            "supersecret", "super-secret", "super_secret", "topsecret", "top-secret", "secretkey", "secret-key", "secret_key", "secretvalue",
            "notasecret", "not-a-secret", "not_a_secret", "nosecret", "lipsum",
            "mypassword", "my_password", "my-password", "my_token", "my-token", "mytoken", "some_", "some-"],
        StringComparison.OrdinalIgnoreCase);

    // A drawn text has one of them by chance, so that they count only as half of the text or more.
    private static readonly string[] CommonWords = ["abc123", "asdf", "qwerty", "invalid"];

    private static readonly SearchValues<string> Calls = SearchValues.Create(
        ["${", "{{", "$(", "<%", "#{", "%(", "process.env", "os.environ", "getenv", "System.getenv", "secrets.", "vault.", "config.", "settings.",
            "keyvault",
            "secretsmanager", "arn:aws", "://"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> OfVariable =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-><[]'");

    private static readonly string[] ReferenceBeginnings =
    [
        "{", "<", "[", "(", "@", "env:", "env.", "env(", "env[", "file:", "op://", "keyvault:", "vault:", "input:", "os.",
            "process.", "System.",
        "secrets.", "getenv", "ssm:", "ref+", "enc[", "keyring:",
    ];

    private static readonly string[] PublicBeginnings =
        ["sha1-", "sha1:", "sha256-", "sha256:", "SHA256:", "sha384-", "sha384:", "sha512-", "sha512:", "md5-", "md5:", "MD5:", "ssh-", "data:", "W/",
            "-----BEGIN PUBLIC", "-----BEGIN CERT", "ecdsa-sha2-", "urn:", "refs/", "h1:", "h2:",
            // Keys that issuers mean to be in pages.
            "pk_", "pk.eyJ", "pk-lf-", "phc_", "sb_publishable_",
            // Public keys (RFC 5280), certificates, images, fonts and archives in base 64.
            "MFkwEwYHKoZIzj0C", "MHYwEAYHKoZIzj0C", "MIIBIjANBgkq", "MIICIjANBgkq", "MIGfMA0GCSqGSIb3", "MCowBQYDK2V", "LS0tLS1CRUdJTiBDRVJU",
            "LS0tLS1CRUdJTiBQVUJMSU", "iVBORw0KGgo", "/9j/4", "R0lGODlh", "R0lGODdh", "d09GMg", "d09GRg", "PHN2Zy", "UEsDB", "AAEAAAA"];

    private static readonly string[] Digests = ["sha1", "sha256", "sha384", "sha512", "md5", "SHA256", "MD5"];

    // The digest in hexadecimal of MD5, the shortest one.
    private const int ShortestDigest = 32;

    // Letters of the salt and the digest in bcrypt, after $2b$12$.
    private const int LengthOfBcrypt = 60;

    private static readonly SearchValues<char> OfDigest =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-");

    /// <summary>Returns whether the text is one that documentation, tests or templates have in place of a secret.</summary>
    public static bool Is(ReadOnlySpan<char> text) => text.ContainsAny(Words) || IsInBrackets(text) || IsMonotonous(text) || IsOfCommonWords(text);

    /// <summary>Returns whether a text that an issuer may have drawn is a placeholder: short words come up in drawn texts by chance.</summary>
    public static bool IsForBody(ReadOnlySpan<char> text) => IsMonotonous(text) || HasWord(text);

    private static bool IsOfCommonWords(ReadOnlySpan<char> text)
    {
        foreach (var word in CommonWords)
        {
            var length = 0;
            var rest = text;
            while (rest.IndexOf(word, StringComparison.OrdinalIgnoreCase) is var next and >= 0)
            {
                length += word.Length;
                rest = rest[(next + word.Length)..];
            }

            if (length > 0 && length * 2 >= text.Length) return true;
        }

        return false;
    }

    /// <summary>Returns whether the text refers to a value elsewhere.</summary>
    public static bool IsReference(string text) =>
        ReferenceBeginnings.Any(begin => text.StartsWith(begin, StringComparison.OrdinalIgnoreCase)) || text.AsSpan().ContainsAny(Calls)
            || IsInBrackets(text) || IsVariable(text);

    // $NAME, %NAME%, !Ref NAME. A password may begin with such a sign too, and then has others or digits after it.
    private static bool IsVariable(string text) => text.Length > 0 && text[0] switch
    {
        '$' => text.Length < 2 || text[1] is '{' or '(' or '[' or '$' || !text.AsSpan(1).ContainsAnyExcept(OfVariable),
        '%' => text[^1] is '%' or ')' or '}' || text.Length < 4,
        '!' => text.Contains(' ', StringComparison.Ordinal) || !text.Any(char.IsAsciiDigit) || Randomness.WordShare(text) >= 0.5,
        _ => false,
    };

    /// <summary>Returns whether the form of the text is that of something public: a digest, a key for others, a path, an identifier of
    /// records.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mayBePublic">False beside the name of a password or secret, where a short beginning says nothing.</param>
    public static bool IsPublicForm(string text, bool mayBePublic) =>
        (mayBePublic && PublicBeginnings.Any(begin => text.StartsWith(begin, StringComparison.Ordinal))) || text[0] is '/' or '.' or '~'
            || IsGuid(text) || IsDate(text) || IsDigest(text);

    // The whole form of a digest, from which no reader has the password again.
    private static bool IsDigest(string text)
    {
        if (text[0] == '$')
            return (text.Length == LengthOfBcrypt && text[1] == '2' && text[6] == '$') || ((text.StartsWith("$argon2", StringComparison.Ordinal)
                || text.StartsWith("$pbkdf2", StringComparison.Ordinal)) && text.Count(c => c == '$') >= 4);
        var end = text.AsSpan().IndexOfAny(':', '-');
        return end > 0 && Array.IndexOf(Digests, text[..end]) >= 0 && text.Length - end > ShortestDigest
            && !text.AsSpan(end + 1).ContainsAnyExcept(OfDigest);
    }

    /// <summary>Returns whether the text is a UUID that looks drawn.</summary>
    public static bool IsDrawnGuid(string text) => text.Length == 36 && IsGuid(text) && !IsMonotonous(text) && Randomness.Entropy(text) >= 3;

    /// <summary>Returns whether the text is a UUID.</summary>
    public static bool IsGuid(ReadOnlySpan<char> text) => text.Length is 36 or 38 && Guid.TryParse(text, out _);

    // Runs of one character and sequences such as abcdef or 98765 that are a good part of the text, or few different characters at all.
    private static bool IsMonotonous(ReadOnlySpan<char> text)
    {
        int inRuns = 0, begin = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            var isRun = i < text.Length && i - begin >= 1 && text[i] - text[i - 1] is var step && step is 0 or 1 or -1
                && (i - begin == 1 || step == text[i - 1] - text[i - 2]);
            if (isRun) continue;
            if (i - begin >= ShortestRun) inRuns += i - begin;
            // The last character of a run may begin the next one, but two single ones begin none.
            begin = i < text.Length && i - begin >= 2 && text[i] - text[i - 1] is 0 or 1 or -1 ? i - 1 : i;
        }

        return inRuns >= RunShare * text.Length || (text.Length >= 16 && Randomness.Entropy(text) < 2.2);
    }

    /// <summary>Returns whether a drawn text has a word of placeholders that is too long to come up by chance.</summary>
    public static bool HasWord(ReadOnlySpan<char> text) => text.ContainsAny(LongWords);

    // In one case or with capitals as people write them: a text that was drawn has "DuMmY" by chance.
    private static readonly SearchValues<string> LongWords = SearchValues.Create(
        [.. new[] { "example", "placeholder", "changeme", "change_me", "your_", "your-", "redacted", "xxxxx", "notreal", "deadbeef", "placehold",
            "replace_", "dummy", "foobar" }.SelectMany(word => (string[])[word, word.ToUpperInvariant(), char.ToUpperInvariant(word[0]) + word[1..]]),
            "changeMe", "ChangeMe", "placeHolder", "PlaceHolder", "fooBar", "FooBar", "notReal", "NotReal"], StringComparison.Ordinal);

    private static bool IsInBrackets(ReadOnlySpan<char> text)
    {
        var open = text.IndexOf('<');
        return open >= 0 && text[open..].Contains('>');
    }

    private static bool IsDate(string text) =>
        text.Length is >= 10 and <= 35 && text[4] == '-' && text[7] == '-' && char.IsAsciiDigit(text[0]) && DateTimeOffset.TryParse(text,
            System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _);
}
