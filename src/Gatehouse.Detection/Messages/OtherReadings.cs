using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The other readings of a slice of a text: only the stretches with signs of an encoding are decoded, with the text around them that a model reads
/// with them. Reused; not safe for concurrent use.
/// </summary>
internal sealed class OtherReadings
{
    // Characters before and after a sign that are read with it: half of the widest window of the model.
    private const int Surroundings = Content.ContentModel.Wide / 2;

    private readonly List<SignStretch> stretches = [];
    private readonly List<SignStretch> regions = [];
    private readonly ViewPool pool = new();
    private readonly TextViews views = new();

    /// <summary>Returns the stretches of a slice that have to be decoded, in order; none is within another.</summary>
    public IReadOnlyList<SignStretch> Find(TokenText token)
    {
        stretches.Clear();
        regions.Clear();
        var text = token.All;
        if (SignScanner.Find(text, stretches) == TextSigns.None) return regions;
        stretches.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        foreach (var stretch in stretches)
        {
            // It was decoded with the slice before, with all that is read with it.
            if (stretch.End + Surroundings <= token.Kept) continue;
            // A word that is cut in two at the edge of a region is whole in the text as it is written. No boundary is looked for: text without spaces
            // would lose what it surrounds.
            var (start, end) = (Math.Max(0, stretch.Start - Surroundings), Math.Min(text.Length, stretch.End + Surroundings));
            if (regions is [.., var last] && start <= last.End)
                regions[^1] = new SignStretch(last.Start, Math.Max(last.End, end), last.Signs | stretch.Signs);
            else regions.Add(new SignStretch(start, end, stretch.Signs));
        }

        return regions;
    }

    /// <summary>Decodes a region of a slice. The readings are good until the next call.</summary>
    public TextViews Read(TokenText token, SignStretch region)
    {
        pool.Clear();
        var source = pool.Take();
        source.Begin(ViewKind.Plain, parent: null, region.End - region.Start);
        token.CopyTo(source, region.Start, region.End);
        views.Read(source, region.Signs);
        return views;
    }
}
