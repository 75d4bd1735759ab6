using System.Collections.Frozen;

namespace Gatehouse.Detection.Secrets;

/// <summary>The difference between a text that a machine drew and one that a person wrote.</summary>
internal static class Randomness
{
    /// <summary>The fewest letters of a run that counts as a word.</summary>
    public const int ShortestWord = 3;

    // From this share of common pairs on, a run of letters is a word: drawn letters have about a third.
    private const double WordPairs = 0.7;

    private static readonly bool[,] Pairs = Read();

    // Words of names in programs with pairs of letters that other words do not have.
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
        ["object", "subject", "project", "inject", "json", "java", "job", "jwt", "key", "keys", "pkcs", "http", "https", "html", "xml", "sql", "oauth", "api",
            "app", "aws", "gcp", "dbs", "pwd", "passwd", "usr", "svc", "cfg", "src", "msg", "pkg", "env", "arg", "args", "kwargs", "auth", "async",
            "await", "null", "func", "impl", "impls", "struct", "enum", "bool", "byte", "bytes", "utf", "uuid", "guid", "hex", "jpg", "png", "svg", "css",
            "tls", "ssl", "ssh", "rsa", "aes", "hmac", "sha", "csrf", "dkim", "smtp", "imap", "ldap", "eks", "gke", "kms", "sqs", "sns",
            "github", "gitlab", "mysql", "mongo", "redis", "kafka", "world", "hello", "john", "jane", "smith", "unknown", "keyboard", "workflow", "webhook"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> KnownWords = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Returns the bits per character by Shannon.</summary>
    public static double Entropy(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[128];
        foreach (var character in text) counts[character < 128 ? character : 127]++;
        var bits = 0.0;
        foreach (var count in counts)
        {
            if (count > 0) bits -= (double)count / text.Length * Math.Log2((double)count / text.Length);
        }

        return bits;
    }

    /// <summary>Returns the share of the text's letters and digits that are in words.</summary>
    public static double WordShare(ReadOnlySpan<char> text)
    {
        int words = 0, all = 0;
        for (var at = 0; at < text.Length;)
        {
            var length = RunLength(text[at..]);
            if (length == 0)
            {
                all += char.IsAsciiDigit(text[at]) ? 1 : 0;
                at++;
                continue;
            }

            all += length;
            if (IsWord(text.Slice(at, length))) words += length;
            at += length;
        }

        return all == 0 ? 0 : (double)words / all;
    }

    // One word of camel case, or one run of capitals.
    private static int RunLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetterUpper(text[length])) length++;
        if (length > 1) return length < text.Length && char.IsAsciiLetterLower(text[length]) ? length - 1 : length;
        while (length < text.Length && char.IsAsciiLetterLower(text[length])) length++;
        return length;
    }

    private static bool IsWord(ReadOnlySpan<char> run)
    {
        if (run.Length < ShortestWord) return false;
        if (KnownWords.Contains(run)) return true;
        var common = 0;
        for (var i = 1; i < run.Length; i++)
        {
            if (Pairs[(run[i - 1] | 32) - 'a', (run[i] | 32) - 'a']) common++;
        }

        return common >= WordPairs * (run.Length - 1);
    }

    private static bool[,] Read()
    {
        using var stream = typeof(Randomness).Assembly.GetManifestResourceStream("secret-pairs.txt")!;
        using var reader = new StreamReader(stream);
        var pairs = new bool[26, 26];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length < 3 || line[0] == '#') continue;
            foreach (var second in line[2..]) pairs[line[0] - 'a', second - 'a'] = true;
        }

        return pairs;
    }
}
