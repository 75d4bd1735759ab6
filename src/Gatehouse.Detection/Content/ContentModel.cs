using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Content;

/// <summary>
/// The model of passages: two linear classifiers over <see cref="PassageFeatures"/>, trained on pairs of attacks and harmless texts with the same words
/// (<c>corpus/</c>). One was trained on whole texts, and judges windows of whole sentences of at most <see cref="Wide"/> characters; the other on the
/// windows of at most <see cref="Near"/> characters that hold an attack. The score of a text is the highest sum
/// of a wide window and a near window in it, less a part that grows with the length of the text.
/// </summary>
/// <remarks>
/// A feature counts each time it occurs, and a block of features is divided by the root of their number, so that neither the length of a window nor
/// its script decides. All sums are over sentences: a sentence is read once, whatever the number of windows it is in.
/// </remarks>
internal sealed class ContentModel
{
    /// <summary>Bits of the number of a bucket.</summary>
    public const int Bits = 17;

    /// <summary>Buckets of a block.</summary>
    public const int Buckets = 1 << Bits;

    /// <summary>Number of classifiers: wide, near.</summary>
    public const int Classifiers = 2;

    /// <summary>Number of heads.</summary>
    public const int Heads = 3;

    /// <summary>Weights of a head: for each block and bucket that of the wide and that of the near classifier.</summary>
    public const int WeightsOfHead = PassageFeatures.Blocks * Buckets * Classifiers;

    /// <summary>Most characters of a wide window.</summary>
    public const int Wide = 600;

    /// <summary>Most characters of a near window.</summary>
    public const int Near = 250;

    /// <summary>Shortest text that is judged, in characters. A shorter one says too little for this model.</summary>
    public const int Shortest = 40;

    private readonly ObjectPool<PassageSums>[] idle;
    private readonly HeadWeights[] heads;
    private readonly HeadScale[] scales;

    /// <summary>Builds a model.</summary>
    /// <param name="heads">The weights of each head.</param>
    /// <param name="scales">Steps, biases and thresholds of each head.</param>
    public ContentModel(IReadOnlyList<HeadWeights> heads, IReadOnlyList<HeadScale> scales)
    {
        if (heads.Count != Heads || scales.Count != Heads) throw new ArgumentException("a model has weights and scales for each head", nameof(heads));
        this.heads = [.. heads];
        this.scales = [.. scales];
        idle = [.. heads.Select(static head => new ObjectPool<PassageSums>(() => new PassageSums(head)))];
    }

    /// <summary>Builds a model.</summary>
    /// <param name="weights">The weights of the heads, one after the other, in steps.</param>
    /// <param name="scales">Steps, biases and thresholds of each head.</param>
    public ContentModel(sbyte[] weights, IReadOnlyList<HeadScale> scales)
        : this([.. weights.Chunk(WeightsOfHead).Select(static head => new HeadWeights(head))], scales)
    {
    }

    /// <summary>Steps, biases and thresholds of the heads.</summary>
    public IReadOnlyList<HeadScale> Scales => scales;

    /// <summary>Returns the highest score of a text, and the near window in it; negative infinity for a text that is too short.</summary>
    /// <param name="folded">A folded reading.</param>
    /// <param name="head">The head.</param>
    /// <param name="start">Where the window begins.</param>
    /// <param name="length">Its length.</param>
    public double Best(ReadOnlySpan<char> folded, ContentHead head, out int start, out int length) =>
        Best(folded, head, folded.Length, out start, out length);

    /// <summary>Returns the highest score of a part of a text, and the near window in it; negative infinity for a part that is too short.</summary>
    /// <param name="folded">A folded reading.</param>
    /// <param name="head">The head.</param>
    /// <param name="of">Number of characters of the text that it is a part of: the highest of many scores can be high by chance.</param>
    /// <param name="start">Where the window begins.</param>
    /// <param name="length">Its length.</param>
    public double Best(ReadOnlySpan<char> folded, ContentHead head, int of, out int start, out int length)
    {
        var sums = Take(head);
        var best = Best(sums, folded, head, of, out start, out length);
        Return(sums, head);
        return best;
    }

    /// <summary>Returns the highest score of a part of a text that is read with others.</summary>
    /// <param name="sums">The room of the head, which knows sentences of the other parts.</param>
    /// <inheritdoc cref="Best(ReadOnlySpan{char}, ContentHead, int, out int, out int)"/>
    public double Best(PassageSums sums, ReadOnlySpan<char> folded, ContentHead head, int of, out int start, out int length)
    {
        (start, length) = (0, folded.Length);
        if (folded.Length < Shortest) return double.NegativeInfinity;
        sums.Read(folded);
        return sums.Best(scales[(int)head], Math.Max(of, folded.Length), out start, out length);
    }

    /// <summary>Takes the room in which the parts of a message are read.</summary>
    public PassageSums Take(ContentHead head)
    {
        var sums = idle[(int)head].Take();
        sums.Clear();
        return sums;
    }

    /// <summary>Takes it back.</summary>
    public void Return(PassageSums sums, ContentHead head) => idle[(int)head].Return(sums);

    /// <summary>Returns the weights of the heads, one after the other, in steps.</summary>
    public sbyte[] ToWeights()
    {
        var weights = new sbyte[Heads * WeightsOfHead];
        for (var head = 0; head < Heads; head++) heads[head].Write(weights.AsSpan(head * WeightsOfHead, WeightsOfHead));
        return weights;
    }
}
