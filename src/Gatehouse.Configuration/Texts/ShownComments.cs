using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Configuration.Texts;

/// <summary>
/// Comments of a configuration for a screen. Lines that are commented out are common, so a comment has an allowlist too: its words are shown, and
/// values that are harmless. Other text in the place of a value, and what mixes letters with digits or signs, is hidden. Behind a word that names a
/// secret all words are hidden up to the end of the comment, except for those that connect words: a password may be a word of a language.
/// </summary>
internal static partial class ShownComments
{
    // Words of a sentence between the name of a secret and its value, none of which is a value.
    private static readonly HashSet<string> ConnectingWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "each", "every", "for", "from", "has", "have", "in", "into", "is", "it", "its", "may", "must", "no",
        "not", "of", "on", "one", "only", "or", "than", "that", "the", "their", "then", "this", "to", "until", "was", "were", "when", "where", "which", "with",
    };

    /// <summary>Hides what is not shown of the comments between the scalars of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scalars">All its scalars.</param>
    /// <param name="hidden">The ranges that are not shown.</param>
    public static void Add(string text, IEnumerable<YamlPlace> scalars, HiddenRanges hidden)
    {
        var at = 0;
        var before = "";
        foreach (var (start, end) in scalars.Select(scalar => (scalar.Start, scalar.End)).Append((text.Length, text.Length)).Order())
        {
            if (start > at) before = AddGap(text, at, start, before, hidden);
            at = Math.Max(at, end);
        }
    }

    // Between scalars there are signs of the language and comments only (YAML 1.2, section 6.6).
    private static string AddGap(string text, int start, int end, string before, HiddenRanges hidden)
    {
        for (var at = start; (at = text.IndexOf('#', at, end - at)) >= 0;)
        {
            var stop = text.IndexOf('\n', at, end - at) is >= 0 and var line ? line : end;
            before = AddComment(text, at, stop, before, hidden);
            at = stop;
        }

        return before;
    }

    // Returns the last word, which may be an option with its value in the next comment.
    private static string AddComment(string text, int start, int end, string before, HiddenRanges hidden)
    {
        var comment = text[start..end];
        if (Pair().Match(comment) is { Success: true } pair)
        {
            var (name, value) = (pair.Groups[1].Value, pair.Groups[2]);
            if (!HarmlessValue.Is(name, value.Value.Trim())) hidden.Add(start + value.Index, start + value.Index + value.Length, For(name));
            return "";
        }

        var isItem = Item().IsMatch(comment);
        var secret = IsSecretName(before) ? before : "";
        foreach (Match word in Word().Matches(comment))
        {
            var plain = word.Value.Trim(',', '.', ';', ':', '!', '?', '(', ')', '[', ']', '{', '}', '"', '\'');
            if (plain is "" or "-" or "=" or "is" or "was") continue; // the mark of an element, and words between a name and its value
            if (secret.Length > 0 ? !ConnectingWords.Contains(plain) && !HarmlessValue.Is(secret, plain) : !IsShown(before, plain, isItem))
                hidden.Add(start + word.Index, start + word.Index + word.Length, For(secret.Length > 0 ? secret : before));
            before = plain;
            if (IsSecretName(plain)) secret = plain;
        }

        return isItem || IsSecretName(before) ? before : "";
    }

    // An option has its own rule: its value is the word after it.
    private static bool IsSecretName(string word) => !word.StartsWith('-') && SecretNames.MayBeSecret(word);

    private static bool IsShown(string before, string word, bool isItem) =>
        isItem || before.StartsWith('-') ? CommandAllowlist.Argument(before, word) == word : IsProse(before, word);

    // A word of letters, unless a machine drew it. A number of more digits may be a code, unless the word before says what it counts.
    private static bool IsProse(string before, string word) => Words().IsMatch(word) ? !HarmlessValue.IsDrawn(word)
        : Number().IsMatch(word) ? HarmlessValue.Is(before, word) : Signs().IsMatch(word) || CommandAllowlist.Argument("", word) == word;

    private static string For(string name) => SecretNames.MayBeSecret(name.TrimStart('-')) ? ShownText.Hidden : CommandAllowlist.Hidden;

    // A key that is commented out, with its value.
    [GeneratedRegex(@"^#[#\s]*(?:-\s+)?[""']?([A-Za-z][A-Za-z0-9_.\-]{0,63})[""']?\s*(?::(?=\s)|=)\s*(\S.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    [GeneratedRegex(@"^#[#\s]*-\s+\S+\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Item();

    [GeneratedRegex(@"[^\s#]\S*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[\p{L}\p{M}]+(?:['’/\-][\p{L}\p{M}]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"^[0-9]{1,6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?:[-–—/&+*]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Signs();
}
