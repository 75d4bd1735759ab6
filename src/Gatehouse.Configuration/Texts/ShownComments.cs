using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Configuration.Texts;

/// <summary>
/// Comments of a configuration for a screen. Lines that are commented out are common, so a comment has an allowlist too: its words are shown, and
/// values that are harmless. Other text in the place of a value, and what mixes letters with digits or signs, is hidden. Behind a word that names a
/// secret all words are hidden up to the end of the sentence, except for those that connect words: a password may be a word of a language. What is
/// deeper than a key that is commented out is its value.
/// </summary>
internal static partial class ShownComments
{
    private static readonly char[] Marks = [',', '.', ';', ':', '!', '?', '(', ')', '[', ']', '{', '}', '"', '\''];

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
        var carried = Carried.None;
        foreach (var (start, end) in scalars.Select(scalar => (scalar.Start, scalar.End)).Append((text.Length, text.Length)).Order())
        {
            if (start > at) carried = AddGap(text, at, start, carried, hidden);
            at = Math.Max(at, end);
        }
    }

    // Between scalars there are signs of the language and comments only (YAML 1.2, section 6.6).
    private static Carried AddGap(string text, int start, int end, Carried carried, HiddenRanges hidden)
    {
        carried = carried.BeforeOnly();
        var before = -1; // the end of the comment before, in this gap
        for (var at = start; (at = text.IndexOf('#', at, end - at)) >= 0;)
        {
            var stop = text.IndexOf('\n', at, end - at) is >= 0 and var line ? line : end;
            if (before < 0 || text.AsSpan(before, at - before).Count('\n') > 1) carried = carried.BeforeOnly();
            carried = AddComment(text, at, stop, carried, hidden);
            before = at = stop;
        }

        return carried;
    }

    private static Carried AddComment(string text, int start, int end, Carried carried, HiddenRanges hidden)
    {
        var comment = text[start..end];
        var column = comment.AsSpan().IndexOfAnyExcept("# \t");
        if (column < 0) return carried.BeforeOnly();
        var (pair, bare) = (Pair().Match(comment), Bare().Match(comment));
        if (carried.Column >= 0 && column > carried.Column && (carried.HidesDeeper || (!pair.Success && !bare.Success)))
        {
            HideDeeper(comment, start, carried, hidden);
            return carried;
        }

        if (pair.Success) return AddPair(start, column, pair.Groups[1].Value, pair.Groups[2], hidden);
        if (!bare.Success) return AddProse(comment, start, carried, hidden);
        var name = bare.Groups[1].Value;
        return IsSecretName(name) ? new Carried(name, name, column, HidesDeeper: true) : new Carried("", "", column, HidesDeeper: false);
    }

    // What is deeper than a key is its value, as in a text that is not commented out: the rest of a block, of a quoted text or of a list.
    private static void HideDeeper(string comment, int start, in Carried carried, HiddenRanges hidden)
    {
        foreach (Match word in Word().Matches(comment))
        {
            var plain = word.Value.Trim(Marks);
            if (plain is "" or "-" || (!carried.HidesDeeper && HarmlessValue.HasForm(plain))) continue;
            hidden.Add(start + word.Index, start + word.Index + word.Length, For(carried.Secret));
        }
    }

    private static Carried AddPair(int start, int column, string name, Group value, HiddenRanges hidden)
    {
        var isShown = HarmlessValue.Is(name, value.Value.Trim());
        if (!isShown) hidden.Add(start + value.Index, start + value.Index + value.Length, For(name));
        return isShown && !Unclosed().IsMatch(value.Value) ? Carried.None
            : new Carried("", IsSecretName(name) ? name : "", column, HidesDeeper: true);
    }

    // Returns the last word, which may be an option with its value in the next comment.
    private static Carried AddProse(string comment, int start, in Carried carried, HiddenRanges hidden)
    {
        var isItem = Item().IsMatch(comment);
        var before = carried.Before;
        var secret = IsSecretName(before) ? before : carried.Secret;
        foreach (Match word in Word().Matches(comment))
        {
            var plain = word.Value.Trim(Marks);
            if (plain is "" or "-" or "=" or "is" or "was") continue; // the mark of an element, and words between a name and its value
            if (secret.Length > 0 ? !ConnectingWords.Contains(plain) && !HarmlessValue.Is(secret, plain) : !IsShown(before, plain, isItem))
                hidden.Add(start + word.Index, start + word.Index + word.Length, For(secret.Length > 0 ? secret : before));
            before = plain;
            if (IsSecretName(plain)) secret = plain;
        }

        // A sentence may be continued in the next comment.
        var isOver = comment.AsSpan().TrimEnd() is [.., '.' or '!' or '?'];
        return new Carried(isItem || (!isOver && IsSecretName(before)) ? before : "", isOver ? "" : secret, -1, HidesDeeper: false);
    }

    // An option has its own rule: its value is the word after it.
    private static bool IsSecretName(string word) => !word.StartsWith('-') && SecretNames.MayBeSecret(word);

    private static bool IsShown(string before, string word, bool isItem) =>
        isItem || before.StartsWith('-') ? HarmlessArguments.Argument(before, word) == word : IsProse(before, word);

    // A word of letters, unless a machine drew it. A number of more digits may be a code, unless the word before says what it counts.
    private static bool IsProse(string before, string word) => Words().IsMatch(word) ? !HarmlessValue.IsDrawn(word) && !HasValue(word)
        : Number().IsMatch(word) ? HarmlessValue.Is(before, word) : Signs().IsMatch(word) || HarmlessArguments.Argument("", word) == word;

    // A name of a secret with its value in one word: password/juniper. In access-token the name is the end.
    private static bool HasValue(string word) =>
        word.Split('/', '-') is { Length: > 1 } parts && !SecretNames.MayBeSecret(parts[^1]) && Array.Exists(parts, SecretNames.MayBeSecret);

    private static string For(string name) => SecretNames.MayBeSecret(name.TrimStart('-')) ? ShownText.SecretMark : HarmlessArguments.HiddenMark;

    // A key that is commented out, with its value.
    [GeneratedRegex(@"^#[#\s]*(?:-\s+)?[""']?([A-Za-z][A-Za-z0-9_.\-]{0,63})[""']?\s*(?::(?=\s)|=)\s*(\S.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    // The same without a value.
    [GeneratedRegex(@"^#[#\s]*(?:-\s+)?[""']?([A-Za-z][A-Za-z0-9_.\-]{0,63})[""']?\s*:\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Bare();

    // A block (YAML 1.2, section 8.1), or a quoted text, a list or a mapping that ends on another line.
    [GeneratedRegex(@"^[|>][0-9+\-]*\s*$|^""[^""]*$|^'[^']*$|^\[[^\]]*$|^\{[^}]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Unclosed();

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

    /// <summary>What a comment says about the next one.</summary>
    /// <param name="Before">Its last word, if that may be the name of the next value; empty for none.</param>
    /// <param name="Secret">The word of a secret that it holds, if its sentence may continue; empty for none.</param>
    /// <param name="Column">The column of its key, if deeper comments belong to the key; -1 for none.</param>
    /// <param name="HidesDeeper">True if all that is deeper is hidden, false if it is shown where it is harmless.</param>
    private readonly record struct Carried(string Before, string Secret, int Column, bool HidesDeeper)
    {
        public static Carried None { get; } = new("", "", -1, false);

        /// <summary>Returns what is left behind a blank line, or text that is no comment.</summary>
        public Carried BeforeOnly() => new(Before, "", -1, false);
    }
}
