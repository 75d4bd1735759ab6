using Gatehouse.Detection.Content;

namespace Gatehouse.Evaluation;

/// <summary>A support vector machine whose heads share weights and have weights of their own.</summary>
/// <param name="ownPart">How much a head's own copy of a feature counts against the common one.</param>
internal sealed class LinearTrainer(double ownPart)
{
    private const int Epochs = 30;
    private const int Features = PassageFeatures.Blocks * ContentModel.Buckets;

    private readonly List<Example> examples = [];
    private readonly double[][] weights = [.. Enumerable.Range(0, ContentModel.Heads + 1).Select(_ => new double[Features + 1])];
    private ulong state = 20261121;

    /// <summary>Adds a window.</summary>
    public void Add(FeatureVector window, ContentHead head, bool isAttack, double cost)
    {
        var square = 1.0;
        foreach (var value in window.Values) square += value * value;
        examples.Add(new Example(window.Places, window.Values, (int)head, isAttack ? 1 : -1, cost, square * (1 + (ownPart * ownPart))));
    }

    /// <summary>Trains.</summary>
    public void Train()
    {
        var alphas = new double[examples.Count];
        int[] order = [.. Enumerable.Range(0, examples.Count)];
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            Shuffle(order);
            var moved = 0.0;
            foreach (var at in order) moved += Step(examples[at], ref alphas[at]);
            if (moved / examples.Count < 1e-3) break;
        }
    }

    /// <summary>Returns the score of a window.</summary>
    public double Score(FeatureVector window, ContentHead head) => Dot(window.Places, window.Values, (int)head);

    /// <summary>Returns the weights of a head as the model multiplies them.</summary>
    public double[] WeightsOf(int head) => [.. Enumerable.Range(0, Features).Select(at =>
        ContentTrainer.BlockWeightOf(at) * (weights[ContentModel.Heads][at] + (ownPart * weights[head][at])))];

    /// <summary>Returns the score of a window without features.</summary>
    public double BiasOf(int head) => weights[ContentModel.Heads][Features] + (ownPart * weights[head][Features]);

    private double Dot(int[] places, float[] values, int head)
    {
        var (shared, own) = (weights[ContentModel.Heads], weights[head]);
        var dot = shared[Features] + (ownPart * own[Features]);
        for (var i = 0; i < places.Length; i++) dot += values[i] * (shared[places[i]] + (ownPart * own[places[i]]));
        return dot;
    }

    private double Step(Example example, ref double alpha)
    {
        var diagonal = 0.5 / example.Cost;
        var gradient = (example.Sign * Dot(example.Places, example.Values, example.Head)) - 1 + (diagonal * alpha);
        if (alpha == 0 && gradient >= 0) return 0;
        var next = Math.Max(alpha - (gradient / (example.Square + diagonal)), 0);
        var change = (next - alpha) * example.Sign;
        alpha = next;
        var (shared, own) = (weights[ContentModel.Heads], weights[example.Head]);
        shared[Features] += change;
        own[Features] += ownPart * change;
        for (var i = 0; i < example.Places.Length; i++)
        {
            var step = change * example.Values[i];
            shared[example.Places[i]] += step;
            own[example.Places[i]] += ownPart * step;
        }

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

    private sealed record Example(int[] Places, float[] Values, int Head, int Sign, double Cost, double Square);
}
