using System.Text.RegularExpressions;

namespace Gatehouse.Detection.Secrets;

/// <summary>Names whose values are secrets.</summary>
internal static partial class SecretNames
{
    /// <summary>Returns whether a value with this name should be a secret.</summary>
    public static bool IsTelling(string name) => Telling().IsMatch(name) && !IsHarmless(name);

    /// <summary>
    /// Returns whether a value with this name may be a secret, because any word of the name is one of a secret. A screen hides more than a report of
    /// findings names.
    /// </summary>
    public static bool MayBeSecret(string name) =>
        name.Length > 0 && (Telling().IsMatch(name) || WordsOf(name).Any(static word => NameMeanings.Of(word).HasFlag(NameMeaning.Secret)));

    /// <summary>Returns whether a value with this name is a password, which may be short and simple.</summary>
    public static bool IsPassword(string name) => Password().IsMatch(name);

    /// <summary>Returns the words of a name in lower case: <c>ADMIN_TOKEN</c>, <c>admin-token</c> and <c>adminToken</c> have two.</summary>
    /// <returns>One or more words; the empty one for a name without any.</returns>
    public static IReadOnlyList<string> WordsOf(string name)
    {
        var words = Word().Matches(name).Select(match => match.Value.ToLowerInvariant()).ToList();
        return words.Count > 0 ? words : [""];
    }

    private static bool IsHarmless(string name)
    {
        var words = WordsOf(name);
        return words.Any(static word => NameMeanings.Of(word).HasFlag(NameMeaning.NoFinding))
            || words.Zip(words.Skip(1)).Any(static pair => pair is ("env", "var"));
    }

    [GeneratedRegex(@"(?:^|[_\-. ]|[a-z](?=[A-Z]))(?:api[_-]?key|apikey|token|secret|password|passwd|pwd|pat|private[_-]?key|access[_-]?key|auth|authorization|credentials?|x-api-key|key)(?:$|[_\-. ](?:value|id)?$|[_-]?[0-9]{1,2}$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Telling();

    [GeneratedRegex(@"pass(?:word|wd)|pwd$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
