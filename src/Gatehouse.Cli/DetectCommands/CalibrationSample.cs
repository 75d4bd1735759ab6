using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>Texts or exchanges of one place, with the findings of each.</summary>
/// <param name="place">The place.</param>
internal sealed class CalibrationSample(MessagePlace place)
{
    private readonly List<IReadOnlyList<(string Finding, Confidence Confidence)>> found = [];

    /// <summary>The place.</summary>
    public MessagePlace Place { get; } = place;

    /// <summary>All texts or exchanges of the place.</summary>
    public long Count { get; set; }

    /// <summary>Ids of the findings.</summary>
    public IEnumerable<string> Findings => found.SelectMany(one => one).Select(one => one.Finding).Distinct(StringComparer.Ordinal);

    /// <summary>Adds one with findings.</summary>
    public void Add(IReadOnlyList<(string Finding, Confidence Confidence)> findings)
    {
        if (findings.Count > 0) found.Add(findings);
    }

    /// <summary>Returns how many have a finding of a least confidence.</summary>
    /// <param name="least">The confidence.</param>
    /// <param name="only">The ids that count; null for all.</param>
    public int CountOf(Confidence least, IReadOnlySet<string>? only = null) =>
        found.Count(one => one.Any(finding => finding.Confidence >= least && (only is null || only.Contains(finding.Finding))));
}
