using System.Runtime.CompilerServices;

namespace Gatehouse.Detection.Content;

/// <summary>
/// A list of the features of a block of a sentence, of which the weights are added up: hashes, and pairs of concepts by their place in a table.
/// What tokens have by themselves is not in it, since the table of words has its weights. Room is used again; not safe for concurrent use.
/// </summary>
/// <param name="room">The room.</param>
/// <remarks>
/// Features are listed first and added up afterwards, so that accesses to memory, which are spread over more than a near cache holds, do not wait
/// for each other.
/// </remarks>
internal struct FeatureList(FeatureRoom room) : IFeatureCursor
{
    private readonly uint[] hashes = room.Hashes;
    private readonly ushort[] pairs = room.Pairs;
    private int hashCount;
    private int pairCount;

    /// <summary>Number of features.</summary>
    public readonly int Count => hashCount + pairCount;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint hash) => hashes[hashCount++] = hash;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddIf(bool isTaken, uint hash)
    {
        hashes[hashCount] = hash;
        hashCount += isTaken ? 1 : 0;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void AddOwn(in PassageToken token, ReadOnlySpan<char> sentence)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddPair(ConceptPairKind kind, int first, int second) => pairs[pairCount++] = ConceptPairs.PlaceOf(kind, first, second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddPairIf(bool isTaken, ConceptPairKind kind, int first, int second)
    {
        pairs[pairCount] = ConceptPairs.PlaceOf(kind, first, second);
        pairCount += isTaken ? 1 : 0;
    }

    /// <summary>Returns the sum of the weights. The list cannot be used afterwards.</summary>
    /// <param name="head">The weights.</param>
    /// <param name="block">The block.</param>
    public readonly WeightSum Sum(HeadWeights head, int block) =>
        head.SumOf(block, hashes, hashCount) + head.SumOf(pairs.AsSpan(0, pairCount));
}
