using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Configuration.Texts;

/// <summary>
/// Comments of a configuration for a screen. Lines that are commented out are common, so a comment has an allowlist too: its words are shown, and
/// values that are harmless. Other text in the place of a value, and what mixes letters with digits or signs, is hidden. What is deeper than a key
/// that is commented out is its value.
/// <para>A comment that names a secret shows only words of a list (<see cref="CommentWords"/>), before that name and behind it: a password may be a word
/// of a language. Lines without a blank line between them are one comment. One behind a value, on its line, names what its key names.</para>
/// </summary>
internal static partial class ShownComments
{
    // A name of which nothing but a reference or a switch is no secret.
    private const string AnySecret = "secret";

    private static readonly char[] Marks = [',', '.', ';', ':', '!', '?', '(', ')', '[', ']', '{', '}', '"', '\''];

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
        foreach (var comment in CommentsIn(text, start, end))
        {
            carried = carried.BeforeOnly();
            var line = text[(text.LastIndexOf('\n', comment[0].Start) + 1)..comment[0].Start];
            var isAboutSecret = SecretNames.MayBeSecret(line) || comment.Exists(part => NamesSecret(text[part.Start..part.End]));
            foreach (var (at, stop) in comment) carried = AddLine(text, at, stop, carried with { IsAboutSecret = isAboutSecret }, hidden);
        }

        return carried.BeforeOnly();
    }

    // Each is a list of its lines.
    private static List<List<(int Start, int End)>> CommentsIn(string text, int start, int end)
    {
        var comments = new List<List<(int Start, int End)>>();
        var before = -1;
        for (var at = start; (at = text.IndexOf('#', at, end - at)) >= 0;)
        {
            var stop = text.IndexOf('\n', at, end - at) is >= 0 and var line ? line : end;
            if (before < 0 || text.AsSpan(before, at - before).Count('\n') > 1) comments.Add([]);
            comments[^1].Add((at, stop));
            before = at = stop;
        }

        return comments;
    }

    // A line that is commented out has the name of its secret in its own place. In the place of a value it is said of what is before it.
    private static bool NamesSecret(string line)
    {
        if (Bare().IsMatch(line)) return false;
        var pair = Pair().Match(line);
        var words = pair.Success ? pair.Groups[2].Value : line;
        return !(pair.Success && HarmlessValue.HasForm(words.Trim())) && Word().Matches(words).Any(word => IsSecretName(word.Value.Trim(Marks)));
    }

    private static Carried AddLine(string text, int start, int end, in Carried carried, HiddenRanges hidden)
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

        if (!pair.Success && !bare.Success) return AddProse(comment, start, carried, hidden);
        var name = (pair.Success ? pair : bare).Groups[1];
        if (carried.IsAboutSecret && !CommentWords.IsKnownName(name.Value))
            hidden.Add(start + name.Index, start + name.Index + name.Length, ShownText.SecretMark);
        if (pair.Success) return AddPair(start, column, name.Value, pair.Groups[2], carried.IsAboutSecret, hidden);
        return IsSecretName(name.Value) ? new Carried(name.Value, name.Value, column, HidesDeeper: true)
            : new Carried("", "", column, HidesDeeper: false);
    }

    // What is deeper than a key is its value, as in a text that is not commented out: the rest of a block, of a quoted text or of a list.
    private static void HideDeeper(string comment, int start, in Carried carried, HiddenRanges hidden)
    {
        foreach (Match word in Word().Matches(comment))
        {
            var plain = word.Value.Trim(Marks);
            if (plain is "" or "-" || (!carried.HidesDeeper && HarmlessValue.HasForm(plain))) continue;
            if (carried.Secret.Length > 0) hidden.AddWord(start + word.Index, start + word.Index + word.Length);
            else hidden.Add(start + word.Index, start + word.Index + word.Length, HarmlessArguments.HiddenMark);
        }
    }

    private static Carried AddPair(int start, int column, string name, Group value, bool isAboutSecret, HiddenRanges hidden)
    {
        var secret = IsSecretName(name) ? name : isAboutSecret ? AnySecret : "";
        var isShown = HarmlessValue.Is(secret.Length > 0 ? secret : name, value.Value.Trim());
        var (from, to) = (start + value.Index, start + value.Index + value.Length);
        if (!isShown && IsSecretName(name)) hidden.AddValue(from, to, ShownText.SecretMark);
        else if (!isShown) hidden.Add(from, to, For(secret));
        return isShown && !Unclosed().IsMatch(value.Value) ? Carried.None : new Carried("", secret, column, HidesDeeper: true);
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
            var (from, to) = (start + word.Index, start + word.Index + word.Length);
            if (secret.Length > 0)
            {
                if (!IsShownAboutSecret(secret, word.Value, plain)) hidden.AddWord(from, to);
            }
            else if (carried.IsAboutSecret)
            {
                if (!IsShownAboutSecret(AnySecret, word.Value, plain) && !CommentWords.IsNameOfSecret(plain))
                    hidden.Add(from, to, ShownText.SecretMark);
            }
            else if (!IsShown(before, plain, isItem)) hidden.Add(from, to, For(before));

            before = plain;
            if (IsSecretName(plain)) secret = plain;
        }

        // A sentence may be continued in the next line.
        var isOver = comment.AsSpan().TrimEnd() is [.., '.' or '!' or '?'];
        return new Carried(isItem || (!isOver && IsSecretName(before)) ? before : "", isOver ? "" : secret, -1, HidesDeeper: false);
    }

    // An option has its own rule: its value is the word after it.
    private static bool IsSecretName(string word) => !word.StartsWith('-') && SecretNames.MayBeSecret(word);

    private static bool IsShownAboutSecret(string secret, string word, string plain) =>
        CommentWords.IsHarmless(plain) || HarmlessValue.Is(secret, plain) || HarmlessValue.IsReference(word);

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
        /// <summary>True within a comment that names a secret.</summary>
        public bool IsAboutSecret { get; init; }

        public static Carried None { get; } = new("", "", -1, false);

        /// <summary>Returns what is left behind a blank line, or text that is no comment.</summary>
        public Carried BeforeOnly() => new(Before, "", -1, false);
    }
}
