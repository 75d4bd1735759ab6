using System.Runtime.CompilerServices;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The weights of a head, for reading: those of both classifiers side by side, so that a feature costs one access to memory, and those of two
/// concepts in a table of 96 KiB that needs no hash.
/// </summary>
internal sealed class HeadWeights
{
    private readonly short[] weights;
    private readonly short[] pairs = new short[ConceptPairs.Kinds * ConceptPairs.Numbers * ConceptPairs.Numbers];

    /// <summary>Arranges weights.</summary>
    /// <param name="weights">For each block and bucket the weight of the wide and that of the near classifier.</param>
    public HeadWeights(ReadOnlySpan<sbyte> weights)
    {
        this.weights = new short[PassageFeatures.Blocks * ContentModel.Buckets];
        for (var at = 0; at < this.weights.Length; at++) this.weights[at] = (short)((byte)weights[2 * at] | (weights[(2 * at) + 1] << 8));
        for (var kind = 0; kind < ConceptPairs.Kinds; kind++)
        {
            for (var at = 0; at < ConceptPairs.Numbers * ConceptPairs.Numbers; at++)
            {
                var hash = ConceptPairs.HashOf((ConceptPairKind)kind, at / ConceptPairs.Numbers, at % ConceptPairs.Numbers);
                pairs[(kind * ConceptPairs.Numbers * ConceptPairs.Numbers) + at] = Of(ConceptPairs.BlockOf((ConceptPairKind)kind), hash);
            }
        }
    }

    /// <summary>Returns the weights of a feature: the wide one in the low byte, the near one in the high byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short Of(int block, uint hash) => weights[(block * ContentModel.Buckets) + PassageHash.Bucket(hash, ContentModel.Bits)];

    /// <summary>Returns the weights of the feature of two concepts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short Of(ConceptPairKind kind, int first, int second) =>
        pairs[((((int)kind * ConceptPairs.Numbers) + first) * ConceptPairs.Numbers) + second];

    /// <summary>Writes the weights as they are in a file.</summary>
    public void Write(Span<sbyte> target)
    {
        for (var at = 0; at < weights.Length; at++) (target[2 * at], target[(2 * at) + 1]) = ((sbyte)weights[at], (sbyte)(weights[at] >> 8));
    }
}
