namespace Gatehouse.Storage.Abstractions;

/// <summary>An entry of a log as the index keeps it.</summary>
/// <param name="Log">The log, at most <see cref="LongestLog"/> characters.</param>
/// <param name="Index">The place in the log; greater than that of every earlier entry of the log.</param>
/// <param name="At">The time of the entry.</param>
/// <param name="Box">The sealed entry, at most <see cref="LargestBox"/> bytes.</param>
/// <param name="Terms">The tokens by which it is found, each once, at most <see cref="LargestTerms"/>.</param>
public sealed record IndexedEntry(string Log, long Index, DateTimeOffset At, ReadOnlyMemory<byte> Box, IReadOnlyList<IndexTerm> Terms)
{
    /// <summary>The most characters of the name of a log.</summary>
    public const int LongestLog = 256;

    /// <summary>The most bytes of a sealed entry.</summary>
    public const int LargestBox = 4 << 20;

    /// <summary>The most tokens of an entry.</summary>
    public const int LargestTerms = 1024;

    /// <summary>Refuses an entry that is out of its ranges.</summary>
    /// <exception cref="ArgumentException">A part is out of its range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Log);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Log.Length, LongestLog, nameof(Log));
        ArgumentOutOfRangeException.ThrowIfNegative(Index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Box.Length, LargestBox, nameof(Box));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Terms.Count, LargestTerms, nameof(Terms));
    }
}

/// <summary>A token of an entry.</summary>
/// <param name="Token">The token.</param>
/// <param name="Facet">The facet by which entries are counted, 1 or more; 0 for a token that is not counted.</param>
/// <param name="Label">The sealed name of the token, for counts; empty without a facet. The one with which the token came first is kept.</param>
public readonly record struct IndexTerm(IndexToken Token, int Facet = 0, ReadOnlyMemory<byte> Label = default);
