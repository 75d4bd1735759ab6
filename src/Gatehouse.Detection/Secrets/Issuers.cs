using System.Collections.Frozen;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// The table of issuers whose keys have no mark, <c>issuers.txt</c>. A name with one of them is a reason to look closer, and a UUID beside it may be
/// a key of theirs.
/// </summary>
internal static class Issuers
{
    // In APP_HEROKUTOKEN the issuer and the word of a secret are one word.
    private static readonly string[] Endings =
        ["apikey", "apitoken", "accesstoken", "authtoken", "clientsecret", "secretkey", "token", "secret", "key"];

    private static readonly ILookup<string, string> Rows = SecretTable.Rows("secret-issuers.txt").Select(row => row.Split(" | "))
        .SelectMany(cells => cells[1].Split(' ').Select(name => (Group: cells[0], Name: name)))
        .ToLookup(pair => pair.Group, pair => pair.Name, StringComparer.Ordinal);

    private static readonly FrozenSet<string> All = Rows.SelectMany(row => row).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The names that are by themselves a reason to look at a value.</summary>
    public static IReadOnlyList<string> Naming { get; } = [.. Rows["naming"]];

    /// <summary>All names of the table.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rows.SelectMany(row => row)];

    /// <summary>Returns whether a word, in lower case, is the name of an issuer by itself.</summary>
    public static bool IsIssuer(string word) => All.Contains(word);

    /// <summary>Returns whether the words of a name, in lower case, name an issuer.</summary>
    public static bool IsIn(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Is(words[i]) || (i > 0 && All.Contains(words[i - 1] + words[i]))) return true;
        }

        return false;
    }

    private static bool Is(string word)
    {
        if (All.Contains(word)) return true;
        var ending = Array.Find(Endings, end => word.Length > end.Length + 2 && word.EndsWith(end, StringComparison.Ordinal));
        return ending is not null && All.Contains(word[..^ending.Length]);
    }
}
