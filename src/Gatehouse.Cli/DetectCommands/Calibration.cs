using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The choice of rules under which at most a wished share of harmless texts is found.</summary>
/// <param name="sample">Texts or exchanges of one place.</param>
/// <param name="rate">The wished share.</param>
internal sealed class Calibration(CalibrationSample sample, double rate)
{
    // One-sided 95 %.
    private const double Quantile = 1.645;

    private static readonly MessagePlace[] WithoutNotice =
        [MessagePlace.Argument, MessagePlace.Answer, MessagePlace.Completion];

    private readonly HashSet<string> kept = [.. sample.Findings.Except(LeftOutOf(sample, rate), StringComparer.Ordinal)];

    /// <summary>The place.</summary>
    public MessagePlace Place => sample.Place;

    /// <summary>The number of texts or exchanges.</summary>
    public long Count => sample.Count;

    /// <summary>The least confidence at which no more than the wished share is found, without those of <see cref="LeftOut"/>.</summary>
    public Confidence Least => Enum.GetValues<Confidence>().Order().First(one => one == Confidence.High || IsWithin(sample.CountOf(one, kept)));

    /// <summary>The findings that are more frequent than the wished share even at high confidence.</summary>
    public IReadOnlyList<string> LeftOut { get; } = LeftOutOf(sample, rate);

    /// <summary>
    /// Returns how many are found at a confidence, without those of <see cref="LeftOut"/>, and the share that this may be of all such texts (95 %,
    /// Wilson's upper bound).
    /// </summary>
    public (int Found, double Share, double AtMost) At(Confidence least)
    {
        var found = sample.CountOf(least, kept);
        return (found, Count == 0 ? 0 : (double)found / Count, UpperBound(found, Count));
    }

    /// <summary>The number of texts without a finding that would show the wished share.</summary>
    public long Needed => rate <= 0 ? long.MaxValue : (long)Math.Ceiling(Quantile * Quantile * (1 - rate) / rate);

    /// <summary>Returns the rules for the place as YAML, each line indented for <c>inspection.messages.rules</c>.</summary>
    /// <param name="action">The wished action.</param>
    public IEnumerable<string> Rules(InspectionAction action)
    {
        var word = Words.Of(Place);
        // No notice fits into these places.
        if (action == InspectionAction.Annotate && WithoutNotice.Contains(Place)) action = InspectionAction.Block;
        if (LeftOut.Count > 0)
        {
            yield return $"      - id: calibrated-{word}-frequent";
            yield return "        action: record";
            yield return $"        places: [{word}]";
            yield return $"        findings: [{string.Join(", ", LeftOut)}]";
        }

        yield return $"      - id: calibrated-{word}";
        yield return $"        action: {Words.Of(action)}";
        yield return $"        places: [{word}]";
        yield return $"        confidence: {Words.Of(Least)}";
        if (Least == Confidence.Low) yield break;
        yield return $"      - id: calibrated-{word}-rest";
        yield return "        action: record";
        yield return $"        places: [{word}]";
    }

    // The rarest first, as long as all of them together are rare enough.
    private static List<string> LeftOutOf(CalibrationSample sample, double rate)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        var leftOut = new List<string>();
        var byName = sample.Findings.Order(StringComparer.Ordinal);
        foreach (var finding in byName.OrderBy(one => sample.CountOf(Confidence.High, new HashSet<string> { one })))
        {
            kept.Add(finding);
            if (sample.CountOf(Confidence.High, kept) <= rate * sample.Count) continue;
            kept.Remove(finding);
            leftOut.Add(finding);
        }

        leftOut.Sort(StringComparer.Ordinal);
        return leftOut;
    }

    private bool IsWithin(int found) => found <= rate * Count;

    private static double UpperBound(int found, long count)
    {
        if (count == 0) return 1;
        var (share, z) = ((double)found / count, Quantile * Quantile);
        return (share + (z / (2 * count)) + (Quantile * Math.Sqrt((share * (1 - share) / count) + (z / (4.0 * count * count))))) / (1 + (z / count));
    }
}
