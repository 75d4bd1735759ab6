using System.Runtime.CompilerServices;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The weights of a head, for reading: those of both classifiers side by side, so that a feature costs one access to memory, and those of two
/// concepts in a table of 96 KiB that needs no hash.
/// </summary>
internal sealed class HeadWeights
{
    // Each byte is a weight and 128: sums of bytes without a sign need no widening of each.
    private const int Bias = 0x8080;

    private readonly ushort[] weights;
    private readonly ushort[] pairs = new ushort[ConceptPairs.Places];

    /// <summary>Arranges weights.</summary>
    /// <param name="weights">For each block and bucket the weight of the wide and that of the near classifier.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not those of one head.</exception>
    public HeadWeights(ReadOnlySpan<sbyte> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, ContentModel.WeightsOfHead, nameof(weights));
        this.weights = new ushort[PassageFeatures.Blocks * ContentModel.Buckets];
        for (var at = 0; at < this.weights.Length; at++)
            this.weights[at] = (ushort)(((byte)weights[2 * at] | ((byte)weights[(2 * at) + 1] << 8)) ^ Bias);
        for (var place = 0; place < pairs.Length; place++)
            pairs[place] = (ushort)(Of(ConceptPairs.BlockOf(place), ConceptPairs.HashOfPlace(place)) ^ Bias);
    }

    /// <summary>Returns the weights of a feature: the wide one in the low byte, the near one in the high byte.</summary>
    public short Of(int block, uint hash) =>
        (short)(weights[(block * ContentModel.Buckets) + PassageHash.Bucket(hash, ContentModel.Bits)] ^ Bias);

    /// <summary>Returns the sum of the weights of features of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="hashes">Their hashes, in room that is changed.</param>
    /// <param name="count">Their number.</param>
    public WeightSum SumOf(int block, uint[] hashes, int count)
    {
        PassageHash.ToBuckets(hashes, count, ContentModel.Bits);
        var all = weights.AsSpan(block * ContentModel.Buckets, ContentModel.Buckets);
        var (both, wide) = (0u, 0u);
        foreach (var bucket in hashes.AsSpan(0, count))
        {
            uint pair = all[(int)bucket];
            both += pair;
            wide += (byte)pair;
        }

        return WeightSum.OfBiased(both, wide, count);
    }

    /// <summary>Returns the sum of the weights of pairs of concepts.</summary>
    /// <param name="places">Their places in the table.</param>
    public WeightSum SumOf(ReadOnlySpan<ushort> places)
    {
        var all = pairs;
        var (both, wide) = (0u, 0u);
        foreach (var place in places)
        {
            uint pair = all[place];
            both += pair;
            wide += (byte)pair;
        }

        return WeightSum.OfBiased(both, wide, places.Length);
    }

    /// <summary>Writes the weights as they are in a file.</summary>
    public void Write(Span<sbyte> target)
    {
        for (var at = 0; at < weights.Length; at++)
            (target[2 * at], target[(2 * at) + 1]) = ((sbyte)(weights[at] ^ Bias), (sbyte)((weights[at] ^ Bias) >> 8));
    }
}
