namespace Gatehouse.Inventory.Model;

/// <summary>What a scan found. Every figure shown anywhere is counted from these lists.</summary>
public sealed record ScanReport
{
    /// <summary>Version of the published form.</summary>
    public const int FormatVersion = 1;

    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Every entry of every file, in the order of reading.</summary>
    public required IReadOnlyList<ServerEntry> Servers { get; init; }

    /// <summary>Findings, the worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What was not measured.</summary>
    public required IReadOnlyList<Gap> Gaps { get; init; }

    /// <summary>Files that were read as configuration of a client.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Rule and skill files of agents that were read.</summary>
    public required IReadOnlyList<string> RuleFiles { get; init; }

    /// <summary>Folders that were given to look at; places within are told relative to them where a format wants that.</summary>
    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>Processes and ports.</summary>
    public IReadOnlyList<RunningServer> Running { get; init; } = [];

    /// <summary>Servers that were started with consent.</summary>
    public IReadOnlyList<ListedServer> Listed { get; init; } = [];

    /// <summary>Whether something that was tried could not be measured.</summary>
    public bool IsIncomplete => Gaps.Any(gap => gap.IsFailure);

    /// <summary>The grade.</summary>
    public ScanGrade Grade => ScanGrade.Of(this);
}
