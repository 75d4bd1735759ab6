namespace Gatehouse.Inventory.Model;

/// <summary>The result of a scan. Every figure shown anywhere is counted from these lists.</summary>
public sealed record ScanReport
{
    /// <summary>Version of the published form.</summary>
    public const int FormatVersion = 1;

    /// <summary>The moment of its beginning.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The time that it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Every entry of every file, in the order of reading.</summary>
    public required IReadOnlyList<ServerEntry> Servers { get; init; }

    /// <summary>Findings, the worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The parts that were not measured.</summary>
    public required IReadOnlyList<Gap> Gaps { get; init; }

    /// <summary>Files that were read as configuration of a client.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Rule and skill files of agents that were read.</summary>
    public required IReadOnlyList<string> RuleFiles { get; init; }

    /// <summary>Folders that were given to look at. Places within are shown relative to them where a format wants that.</summary>
    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>Processes and ports.</summary>
    public IReadOnlyList<RunningServer> Running { get; init; } = [];

    /// <summary>Servers that were started with consent.</summary>
    public IReadOnlyList<ListedServer> Listed { get; init; } = [];

    /// <summary>True when something that was tried could not be measured.</summary>
    public bool IsIncomplete => Gaps.Any(gap => gap.IsFailure);

    /// <summary>The grade.</summary>
    public ScanGrade Grade => ScanGrade.Of(this);
}
