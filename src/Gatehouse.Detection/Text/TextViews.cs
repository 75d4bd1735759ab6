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

    private static readonly Func<TextView, int, TextView?>[] Decoders =
        [PercentText.Decode, EntityText.Decode, BackslashEscapes.Decode, EncodedRuns.Base64, EncodedRuns.Hexadecimal, HiddenWriting.Tags,
            HiddenWriting.Selectors, HiddenWriting.Bits];

    private readonly List<TextView> readings = [];
    private readonly List<TextView> folded = [];

    // Characters that may still be read: each encoding of a text is about as long as the text, and they multiply.
    private long left;

    private TextViews()
    {
    }

    /// <summary>The original first, then the content of encodings and hidden writing.</summary>
    public IReadOnlyList<TextView> Readings => readings;

    /// <summary>The readings folded, for rules and models; the folded original first.</summary>
    public IReadOnlyList<TextView> Folded => folded;

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
        if (source.Text.Length > LongestText)
        {
            views.IsCut = true;
            var builder = new ViewBuilder(ViewKind.Plain, source, LongestText);
            builder.Copy(0, LongestText);
            start = builder.Finish();
        }

        views.left = Math.Min(10L * start.Text.Length, 100_000 + (2L * start.Text.Length));
        views.Decode(start, 0);
        views.FoldAll(isName);
        return views;
    }

    private void Decode(TextView reading, int depth)
    {
        left -= reading.Text.Length;
        if (readings.Count == MostReadings || left < 0)
        {
            IsCut = true;
            return;
        }

        readings.Add(reading);
        if (!MayHoldMore(reading.Text))
            return;
        foreach (var decode in Decoders)
        {
            if (decode(reading, LongestText) is not { } inner || readings.Exists(known => known.Text == inner.Text))
                continue;
            if (depth < Deepest)
                Decode(inner, depth + 1);
            else
                IsCut = true;
        }
    }

    // Plain prose has none of what the decoders look for: no sign of an encoding, no long run, nothing beyond ASCII.
    private static bool MayHoldMore(string text)
    {
        var run = 0;
        foreach (var letter in text)
        {
            run = char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '-' or '_' ? run + 1 : 0;
            if (run >= 16 || letter is '%' or '&' or '\\' || letter > 0x7F)
                return true;
        }

        return false;
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
