using Gatehouse.Detection.Content;

namespace Gatehouse.Evaluation;

/// <summary>
/// Trains the content model: a support vector machine with squared hinge loss, by dual coordinate descent (Hsieh and others 2008, "A Dual Coordinate
/// Descent Method for Large-scale Linear SVM"). The same input gives the same bytes.
/// </summary>
internal sealed class ContentTrainer
{
    // Chosen by development authors among 0.1, 0.5, 2 (cost) and 0.2, 0.4, 1 (weight of public texts).
    private const double Cost = 0.5;
    private const int Epochs = 40;

    private readonly List<Example> examples = [];
    private readonly double[] weights = new double[ContentFeatures.Buckets + 1];
    private ulong state = 20261121;

    /// <summary>Number of texts that were added and are long enough.</summary>
    public int Texts { get; private set; }

    /// <summary>Of these, texts of the corpus.</summary>
    public int CorpusTexts { get; set; }

    /// <summary>Adds the passages of a text.</summary>
    /// <param name="folded">The folded text.</param>
    /// <param name="isAttack">True for an attack.</param>
    /// <param name="cost">Weight of the text against others.</param>
    public void Add(string folded, bool isAttack, double cost)
    {
        if (folded.Length < ContentModel.Shortest) return;
        // One passage of a long attack holds the attack, and the corpus does not say which.
        var passages = ContentModel.Passages(folded).ToList();
        if (isAttack && passages.Count > 1) return;
        Texts++;
        var features = new ContentFeatures();
        foreach (var (start, length) in passages)
        {
            features.Read(folded.AsSpan(start, length));
            List<int> buckets = [ContentFeatures.Buckets];
            List<float> values = [1];
            features.ForEach((bucket, value) =>
            {
                buckets.Add(bucket);
                values.Add(value);
            });
            examples.Add(new Example([.. buckets], [.. values], isAttack ? 1 : -1, Cost * cost));
        }
    }

    /// <summary>Trains, and returns the model with the weights in steps of a byte.</summary>
    public ContentModel Train()
    {
        var alphas = new double[examples.Count];
        int[] order = [.. Enumerable.Range(0, examples.Count)];
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            Shuffle(order);
            var moved = 0.0;
            foreach (var at in order) moved += Step(examples[at], ref alphas[at]);
            if (moved / examples.Count < 1e-4) break;
        }

        var most = weights.Take(ContentFeatures.Buckets).Max(Math.Abs);
        var step = (float)(most / 127);
        return new ContentModel([.. weights.Take(ContentFeatures.Buckets).Select(weight => (sbyte)Math.Round(weight / step))], step,
            weights[ContentFeatures.Buckets], double.PositiveInfinity);
    }

    private double Step(Example example, ref double alpha)
    {
        double dot = 0, square = 0;
        for (var i = 0; i < example.Buckets.Length; i++)
        {
            dot += weights[example.Buckets[i]] * example.Values[i];
            square += example.Values[i] * example.Values[i];
        }

        var diagonal = 0.5 / example.Cost;
        var gradient = (example.Sign * dot) - 1 + (diagonal * alpha);
        if (alpha == 0 && gradient >= 0) return 0;
        var next = Math.Max(alpha - (gradient / (square + diagonal)), 0);
        var change = (next - alpha) * example.Sign;
        alpha = next;
        for (var i = 0; i < example.Buckets.Length; i++) weights[example.Buckets[i]] += change * example.Values[i];
        return Math.Abs(change);
    }

    private void Shuffle(int[] order)
    {
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = Next(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }

    // SplitMix64.
    private int Next(int bound)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)bound);
    }

    private sealed record Example(int[] Buckets, float[] Values, int Sign, double Cost);
}
