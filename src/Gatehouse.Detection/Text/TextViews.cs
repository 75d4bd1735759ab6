namespace Gatehouse.Detection.Text;

/// <summary>
/// All readings of a text, within bounds: encodings are resolved up to three deep, hidden writing is read, and each is folded for reading. Time is
/// linear in the length of the text.
/// </summary>
public sealed class TextViews
{
    /// <summary>Longest text that is read. The rest is not read, and <see cref="IsCut"/> is true then.</summary>
    public const int LongestText = 65_536;

    /// <summary>Most readings before folding.</summary>
    public const int MostReadings = 12;

    /// <summary>The deepest nesting of encodings that is resolved.</summary>
    public const int Deepest = 3;

    // Encodings that stand within a text: resolved one after the other, in one reading.
    private static readonly (TextSigns Sign, Func<TextView, int, TextView?> Decode)[] Within =
    [
        (TextSigns.Percent, PercentText.Decode),
        (TextSigns.Entities, EntityText.Decode),
        (TextSigns.Escapes, BackslashEscapes.Decode),
        (TextSigns.QuotedPrintable, QuotedPrintable.Decode),
    ];

    // Texts that stand beside the readable one: each is a reading of its own.
    private static readonly (TextSigns Sign, Func<TextView, int, TextView?> Decode)[] Beside =
    [
        (TextSigns.Runs, EncodedRuns.Base64),
        (TextSigns.Runs, EncodedRuns.Hexadecimal),
        (TextSigns.Unseen, HiddenWriting.Tags),
        (TextSigns.Unseen, HiddenWriting.Selectors),
        (TextSigns.Unseen, HiddenWriting.Bits),
        (TextSigns.Markup, MarkupText.Decode),
        (TextSigns.Turned, TurnedText.Rot13),
        (TextSigns.Turned, TurnedText.Mirrored),
    ];

    private readonly List<TextView> readings = [];
    private readonly List<TextView> folded = [];

    // Characters that may still be read: each encoding of a text is about as long as the text, and they multiply.
    private long left;

    internal TextViews()
    {
    }

    /// <summary>The original first, then the content of encodings and hidden writing.</summary>
    public IReadOnlyList<TextView> Readings => readings;

    /// <summary>The readings folded, for rules and models; the folded original first.</summary>
    public IReadOnlyList<TextView> Folded => folded;

    /// <summary>The source with letters that are spelled with signs or apart, of a text that was only read.</summary>
    internal IReadOnlyList<TextView> Respelled => folded;

    /// <summary>True when a bound was hit, so that not everything was read.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Makes all readings.</summary>
    /// <param name="source">The text.</param>
    /// <param name="isName">True when it is an identifier, whose words are separated by case, dashes and underscores.</param>
    public static TextViews Of(TextView source, bool isName = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        var views = new TextViews();
        var start = source;
        if (source.Length > LongestText)
        {
            views.IsCut = true;
            start = source.Derive(ViewKind.Plain, LongestText);
            start.Copy(0, LongestText);
        }

        views.left = Work(start.Length);
        views.Decode(start, 0);
        views.FoldAll(isName);
        return views;
    }

    /// <summary>Makes the readings of a text whose signs are known, without folding them. What was read before is forgotten.</summary>
    /// <param name="source">The text, at most <see cref="LongestText"/> characters.</param>
    /// <param name="signs">Its signs.</param>
    internal void Read(TextView source, TextSigns signs)
    {
        readings.Clear();
        folded.Clear();
        IsCut = false;
        left = Work(source.Length);
        Decode(source, 0, signs);
        if ((signs & (TextSigns.Leet | TextSigns.Spaced)) == 0) return;
        var plain = FoldedText.Fold(source, LongestText, isName: false);
        if ((signs & TextSigns.Leet) != 0 && FoldedText.Leet(plain, LongestText) is { } leet) folded.Add(leet);
        if ((signs & TextSigns.Spaced) != 0 && FoldedText.Join(plain, LongestText) is { } joined) folded.Add(joined);
    }

    private static long Work(int characters) => Math.Min(10L * characters, 100_000 + (2L * characters));

    // Weak signs of a part count with those of the rest of its text.
    private void Decode(TextView reading, int depth, TextSigns known = TextSigns.None)
    {
        left -= reading.Length;
        if (readings.Count == MostReadings || left < 0)
        {
            IsCut = true;
            return;
        }

        readings.Add(reading);
        var signs = SignScanner.Of(reading.Letters) | known;
        if (signs == TextSigns.None)
            return;
        var resolved = Resolved(reading, signs);
        if (resolved is not null)
            Take(resolved, depth);
        foreach (var (sign, decode) in Beside)
        {
            // Tags are left out of the resolved text, once.
            if ((signs & sign) == 0 || (sign == TextSigns.Markup && resolved is not null))
                continue;
            if (decode(reading, LongestText) is { } inner)
                Take(inner, depth);
        }
    }

    private static TextView? Resolved(TextView reading, TextSigns signs)
    {
        TextView? resolved = null;
        foreach (var (sign, decode) in Within)
        {
            if ((signs & sign) != 0)
                resolved = decode(resolved ?? reading, LongestText) ?? resolved;
        }

        return resolved;
    }

    private void Take(TextView inner, int depth)
    {
        foreach (var known in readings)
        {
            if (known.Letters.SequenceEqual(inner.Letters)) return;
        }

        if (depth < Deepest)
            Decode(inner, depth + 1);
        else
            IsCut = true;
    }

    private void FoldAll(bool isName)
    {
        foreach (var reading in readings)
        {
            var folded = FoldedText.Fold(reading, LongestText, isName);
            this.folded.Add(folded);
            // A text that is planted in a name may also be prose, with paths in it.
            if (isName && FoldedText.Fold(reading, LongestText, isName: false) is var prose && prose.Text != folded.Text)
                this.folded.Add(prose);
            if (FoldedText.Leet(folded, LongestText) is { } leet)
                this.folded.Add(leet);
            if (FoldedText.Join(folded, LongestText) is { } joined)
                this.folded.Add(joined);
        }
    }
}
