using Gatehouse.Inventory.Model;

namespace Gatehouse.Onboarding;

/// <summary>The planned changes, and the servers without a change. Making a plan writes nothing.</summary>
public sealed record EditPlan
{
    /// <summary>Files that change.</summary>
    public required IReadOnlyList<EditedFile> Files { get; init; }

    /// <summary>Servers that are left as they are.</summary>
    public required IReadOnlyList<SkippedServer> Left { get; init; }

    /// <summary>The files that could not be read.</summary>
    public required IReadOnlyList<Gap> Gaps { get; init; }

    /// <summary>Number of servers that the selection left out.</summary>
    public int NotSelected { get; init; }

    /// <summary>Servers that change.</summary>
    public IEnumerable<EditedServer> Servers => Files.SelectMany(file => file.Servers);

    /// <summary>True when something that was asked for could not be planned.</summary>
    public bool IsIncomplete => Gaps.Any(gap => gap.IsFailure) || Left.Any(left => left.IsFailure);

    /// <summary>Records that the ledger loses without a file being changed.</summary>
    internal IReadOnlyList<WrapRecord> Dropped { get; init; } = [];

    /// <summary>Records that an earlier run did not mark as done.</summary>
    internal IReadOnlyList<WrapRecord> Settled { get; init; } = [];
}
