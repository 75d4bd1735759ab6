namespace Gatehouse.Storage.Abstractions;

/// <summary>The state of an index: what it was made with, and the last entry of the log that it has.</summary>
/// <param name="Format">The version of the form of tokens and boxes.</param>
/// <param name="Salt">Distinguishes this index from others under the same key; 1 to 64 bytes.</param>
/// <param name="Check">A keyed digest by which the owner recognizes its key; 1 to 64 bytes.</param>
public sealed record IndexHead(int Format, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Check)
{
    /// <summary>The log of the last entry; null for an empty index.</summary>
    public string? Log { get; init; }

    /// <summary>The place of the last entry in its log.</summary>
    public long Index { get; init; }

    /// <summary>A keyed digest of the last entry; at most 64 bytes.</summary>
    public ReadOnlyMemory<byte> LastDigest { get; init; }

    /// <summary>The number of entries in the index.</summary>
    public long Entries { get; init; }
}
