namespace Gatehouse.Integrity.Inspection;

/// <summary>All suppressions of a configuration or of a file.</summary>
/// <param name="all">The suppressions.</param>
public sealed class FindingSuppressions(IReadOnlyList<FindingSuppression> all)
{
    /// <summary>None.</summary>
    public static FindingSuppressions None { get; } = new([]);

    /// <summary>The suppressions.</summary>
    public IReadOnlyList<FindingSuppression> All => all;

    /// <summary>Accepted findings in files of repositories.</summary>
    public IReadOnlyList<FileSuppression> Files { get; init; } = [];

    /// <summary>Begins an inspection.</summary>
    /// <param name="now">Its time.</param>
    public SuppressionUse Begin(DateTimeOffset now) => new(all, now);
}
