using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The recorded findings in messages under other rules.</summary>
internal sealed class FindingReplay
{
    private readonly List<ReplayedFinding> rows = [];
    private readonly SortedDictionary<string, int> nearMisses = new(StringComparer.Ordinal);

    /// <summary>Findings that are alike, the most frequent first.</summary>
    public IReadOnlyList<ReplayedFinding> Rows => rows;

    /// <summary>Near misses by server.</summary>
    public IEnumerable<(string Server, int Count)> NearMisses => nearMisses.Select(pair => (pair.Key, pair.Value));

    /// <summary>Exchanges that were read.</summary>
    public int Exchanges { get; private set; }

    /// <summary>Exchanges with a finding.</summary>
    public int ExchangesWithFindings { get; private set; }

    /// <summary>Findings without details.</summary>
    public int Uncounted { get; private set; }

    /// <summary>All findings.</summary>
    public int Findings => rows.Sum(row => row.Count);

    /// <summary>Findings with another action.</summary>
    public int Changed => rows.Where(row => row.IsChanged).Sum(row => row.Count);

    /// <summary>Findings about which the log does not say enough.</summary>
    public int Undecidable => rows.Where(row => row.Now.IsOpen).Sum(row => row.Count);

    /// <summary>Asks the rules about each recorded finding.</summary>
    public static FindingReplay Of(IEnumerable<RecordedExchange> exchanges, MessageInspectionSettings rules, DateTimeOffset now)
    {
        var replay = new FindingReplay();
        var all = exchanges.SelectMany(replay.Take).Select(one => Ask(one.Exchange, one.Finding, rules, now)).ToList();
        replay.rows.AddRange(all
            .GroupBy(row => (row.Finding, row.Place, row.Confidence, row.Server, row.Tool, row.Rule, row.Action, row.Now.Text(), row.Now.IsOpen))
            .Select(group => group.First() with { Count = group.Sum(row => row.Count) })
            .OrderByDescending(row => row.Count).ThenBy(row => row.Finding, StringComparer.Ordinal).ThenBy(row => row.Place));
        return replay;
    }

    private IEnumerable<(RecordedExchange Exchange, RecordedFinding Finding)> Take(RecordedExchange exchange)
    {
        Exchanges++;
        Uncounted += exchange.Uncounted;
        foreach (var near in exchange.Findings.Where(finding => finding.IsOfSource))
            nearMisses[exchange.Server ?? ""] = nearMisses.GetValueOrDefault(exchange.Server ?? "") + near.Count;
        var decided = exchange.Findings.Where(finding => finding is { IsDecided: true, IsOfSource: false }).ToList();
        if (decided.Count > 0) ExchangesWithFindings++;
        return decided.Select(finding => (exchange, finding));
    }

    private static ReplayedFinding Ask(RecordedExchange exchange, RecordedFinding finding, MessageInspectionSettings rules, DateTimeOffset now)
    {
        var found = new FindingCase(finding.Detail.Place, finding.Rule.Id, finding.Confidence)
        { Server = exchange.Server, Tool = exchange.Tool, IsToolKnown = true, Caller = exchange.Caller };
        return new ReplayedFinding(finding.Rule.Id, finding.Detail.Place, finding.Confidence, exchange.Server, exchange.Tool, finding.Detail.Rule,
            finding.Action, found.Decide(rules, now), finding.Count, exchange.Id);
    }
}
