namespace Gatehouse.Storage.Abstractions;

/// <summary>A question to an index.</summary>
/// <param name="All">The tokens that an entry must have, 1 to <see cref="LargestAll"/>.</param>
/// <param name="Limit">The most answers, 1 to <see cref="LargestLimit"/>.</param>
public sealed record IndexQuestion(IReadOnlyList<IndexToken> All, int Limit)
{
    /// <summary>The most tokens of a question.</summary>
    public const int LargestAll = 32;

    /// <summary>The most tokens of <see cref="Any"/>: those of the largest scope of a reader, a person and 64 groups.</summary>
    public const int LargestAny = 65;

    /// <summary>The most answers of a question.</summary>
    public const int LargestLimit = 10_000;

    /// <summary>
    /// Tokens of which an entry must also have one or more, 1 to <see cref="LargestAny"/>; null for no such condition. An empty list is refused: it
    /// could be taken for no condition.
    /// </summary>
    public IReadOnlyList<IndexToken>? Any { get; init; }

    /// <summary>The earliest time, inclusive; null for no bound.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The end of the time, exclusive; null for no bound.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>True for the oldest entries first; otherwise the newest come first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>The last entry of the page before this one; null for the first page.</summary>
    public EntryPlace? After { get; init; }

    /// <summary>
    /// The number of an entry: only entries that were added behind it are found, in the order of their numbers. Order and page are then not read.
    /// For a reader who follows the log, in which times are not in order.
    /// </summary>
    public long? Behind { get; init; }

    /// <summary>Refuses a question that is out of its ranges.</summary>
    /// <exception cref="ArgumentException">A part is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(All.Count, 1, nameof(All));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(All.Count, LargestAll, nameof(All));
        if (Any is { Count: var any })
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(any, 1, nameof(Any));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(any, LargestAny, nameof(Any));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Limit, LargestLimit);
    }
}

/// <summary>The place of an entry in the order of answers: by time, then by number.</summary>
/// <param name="At">The time of the entry.</param>
/// <param name="Number">The number of the entry in the index, from 1, in the order of the log.</param>
public readonly record struct EntryPlace(DateTimeOffset At, long Number);
