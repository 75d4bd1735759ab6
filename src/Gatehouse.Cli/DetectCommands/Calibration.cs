using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The choice of rules under which at most a wished share of harmless texts is found.</summary>
/// <param name="sample">Texts or exchanges of one place.</param>
/// <param name="rate">The wished share.</param>
internal sealed class Calibration(CalibrationSample sample, double rate)
{
    // One-sided 95 %.
    private const double Quantile = 1.645;

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

    /// <summary>
    /// Returns the rules for the place, in order. At the chosen confidence and above, each finding gets the wished action, or that of the preset
    /// where this is the stronger one: a choice of the confidence takes no protection away from findings that are rare enough.
    /// </summary>
    /// <param name="action">The wished action.</param>
    /// <param name="preset">The preset that decides without these rules.</param>
    public IEnumerable<MessageInspectionRule> Rules(InspectionAction action, InspectionPreset preset)
    {
        var frequent = LeftOut.Where(id => DetectionRules.InMessages.Any(rule => rule.Id == id)).ToList();
        if (frequent.Count > 0) yield return Rule("frequent", InspectionAction.Record, Confidence.Low, frequent);
        var groups = DetectionRules.InMessages.Where(rule => !frequent.Contains(rule.Id))
            .GroupBy(rule => Actions(rule, action, preset)).OrderBy(group => group.Count()).ToList();
        for (var at = 0; at < groups.Count; at++)
        {
            // The last group is most of them, and needs no list: what a later version finds belongs to it.
            var isLast = at == groups.Count - 1;
            var name = isLast ? "" : groups[at].Contains(DetectionRules.Unread) ? "unread" : $"group-{at + 1}";
            foreach (var rule in OfGroup(name, groups[at].Key, isLast ? null : [.. groups[at].Select(one => one.Id)])) yield return rule;
        }
    }

    private IEnumerable<MessageInspectionRule> OfGroup(
        string name, (InspectionAction High, InspectionAction Medium, InspectionAction Low) actions, IReadOnlyList<string>? findings)
    {
        var parts = new[] { (Confidence.High, actions.High), (Confidence.Medium, actions.Medium), (Confidence.Low, actions.Low) };
        for (var at = 0; at < parts.Length; at++)
        {
            var (confidence, action) = parts[at];
            if (at + 1 < parts.Length && parts[at + 1].Item2 == action) continue;
            var isWhole = actions.High == actions.Low && name.Length > 0;
            string[] words = [name, isWhole ? "" : action == InspectionAction.Record ? "rest" : Words.Of(confidence)];
            yield return Rule(string.Join('-', words.Where(word => word.Length > 0)), action, confidence, findings);
        }
    }

    // A text that was not read has one confidence.
    private (InspectionAction High, InspectionAction Medium, InspectionAction Low) Actions(
        FindingRule rule, InspectionAction action, InspectionPreset preset)
    {
        var high = Of(Confidence.High);
        return rule == DetectionRules.Unread ? (high, high, high) : (high, Of(Confidence.Medium), Of(Confidence.Low));

        InspectionAction Of(Confidence confidence)
        {
            if (confidence < Least) return InspectionAction.Record;
            var by = new FindingCase(Place, rule.Id, confidence).Decide(new MessageInspectionSettings { Preset = preset }, default).Action;
            return (InspectionAction)Math.Max((int)by, (int)Effective(action, Place));
        }
    }

    /// <summary>Returns what happens to a message: where no notice fits, it is blocked.</summary>
    public static InspectionAction Effective(InspectionAction action, MessagePlace place) =>
        action == InspectionAction.Annotate && !MessagePlaces.HoldsNotice(place) ? InspectionAction.Block : action;

    private MessageInspectionRule Rule(string name, InspectionAction action, Confidence least, IReadOnlyList<string>? findings) => new()
    {
        Id = $"{CalibratedRules.Mark}{Words.Of(Place)}-{name}",
        Action = action,
        IsShadow = true,
        Confidence = least,
        Places = [Place],
        Findings = findings is null ? null : new NameSet(findings),
    };

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
