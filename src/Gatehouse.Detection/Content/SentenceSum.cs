using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gatehouse.Detection.Content;

/// <summary>Sums of the weights of the features of sentences by block, with the number of features and of words.</summary>
internal struct SentenceSum : IEquatable<SentenceSum>
{
    /// <summary>Sums of weights.</summary>
    public WeightsOfBlocks Weights;

    /// <summary>Numbers of features.</summary>
    public CountsOfBlocks Counts;

    /// <summary>Number of words.</summary>
    public int Words;

    /// <summary>Adds features of a block.</summary>
    public void Add(int block, WeightSum weights, int count)
    {
        Weights[block] += weights;
        Counts[block] += count;
    }

    /// <summary>Adds the features of a sentence.</summary>
    public void Add(in SentenceSum other)
    {
        for (var block = 0; block < PassageFeatures.Blocks; block++) Add(block, other.Weights[block], other.Counts[block]);
        Words += other.Words;
    }

    /// <inheritdoc />
    public readonly bool Equals(SentenceSum other) => MemoryMarshal.AsBytes(new ReadOnlySpan<SentenceSum>(in this))
        .SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<SentenceSum>(in other)));

    /// <inheritdoc />
    public override readonly bool Equals(object? obj) => obj is SentenceSum other && Equals(other);

    /// <inheritdoc />
    public override readonly int GetHashCode() => Words;

    /// <summary>A sum for each block.</summary>
    [InlineArray(PassageFeatures.Blocks)]
    public struct WeightsOfBlocks
    {
        private WeightSum first;
    }

    /// <summary>A number for each block.</summary>
    [InlineArray(PassageFeatures.Blocks)]
    public struct CountsOfBlocks
    {
        private int first;
    }
}
