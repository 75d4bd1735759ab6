using Gatehouse.Inventory.Model;

namespace Gatehouse.Onboarding;

/// <summary>What would be changed and what not. Nothing is written by making it.</summary>
public sealed record EditPlan
{
    /// <summary>Files that change.</summary>
    public required IReadOnlyList<EditedFile> Files { get; init; }

    /// <summary>Servers that are left as they are.</summary>
    public required IReadOnlyList<SkippedServer> Left { get; init; }

    /// <summary>What could not be read.</summary>
    public required IReadOnlyList<Gap> Gaps { get; init; }

    /// <summary>Number of servers that the selection left out.</summary>
    public int NotSelected { get; init; }

    /// <summary>Servers that change.</summary>
    public IEnumerable<EditedServer> Servers => Files.SelectMany(file => file.Servers);

    /// <summary>Whether something that was asked for could not be planned.</summary>
    public bool IsIncomplete => Gaps.Any(gap => gap.IsFailure) || Left.Any(left => left.IsFailure);

    /// <summary>Records that the ledger loses without a file being changed.</summary>
    internal IReadOnlyList<WrapRecord> Dropped { get; init; } = [];

    /// <summary>Records that a run before did not come to mark as done.</summary>
    internal IReadOnlyList<WrapRecord> Settled { get; init; } = [];
}
