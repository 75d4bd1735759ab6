using System.Numerics;
using Gatehouse.Detection.Model;

namespace Gatehouse.Evaluation;

/// <summary>
/// Trains the model of metadata: every window of a benign text is benign; of a poisoned text the one that the model so far holds for the worst is
/// poisoned, and
/// the rest says nothing. Half of the steps see no hashed parts, so that concepts carry the verdict where the words are new. The same input gives
/// the same weights.
/// </summary>
internal sealed class Trainer
{
    private const int Rounds = 4;
    private const int Epochs = 4;
    private const double Rate = 0.15;
    private const double Shrink = 2e-5;
    private const double BucketShrink = 1e-4;

    private readonly double[] concepts = new double[Features.Concepts + Features.Pairs];
    private readonly double[] conceptSquares = new double[Features.Concepts + Features.Pairs];
    private readonly double[] buckets = new double[Features.Buckets];
    private readonly double[] bucketSquares = new double[Features.Buckets];
    private double bias = -3;
    private double biasSquares = 1;
    private ulong state = 20261120;

    /// <summary>Trains on examples and chooses the threshold by examples that each of five further trainings did not see.</summary>
    public static LinearModel Train(IReadOnlyList<Example> examples)
    {
        var threshold = Threshold(examples);
        return Fit(examples).Model(threshold);
    }

    private static Trainer Fit(IReadOnlyList<Example> examples)
    {
        var trainer = new Trainer();
        trainer.Learn(examples);
        return trainer;
    }

    // A benign text in 2,000 may be told, and the line is drawn halfway to the next higher score; but where that would miss more than one planted
    // text in 100, lower. The tail of a few thousand benign scores is thin, and a single odd description must not decide alone.
    private static double Threshold(IReadOnlyList<Example> examples)
    {
        const int folds = 5;
        List<double> benign = [];
        List<double> planted = [];
        for (var fold = 0; fold < folds; fold++)
        {
            var of = fold;
            var trainer = Fit([.. examples.Where(example => Part(example, folds) != of)]);
            benign.AddRange(examples.Where(example => !example.Of.IsPoisoned && example.Of.Source != PublicDefinition.OwnSource
                && Part(example, folds) == of).Select(trainer.Score));
            planted.AddRange(examples.Where(example => example.Of.IsPoisoned && example.Of.Source != PublicDefinition.OwnSource
                && Part(example, folds) == of).Select(trainer.Score));
        }

        benign.Sort();
        planted.Sort();
        var most = Math.Max(1, benign.Count / 2000);
        return Math.Min((benign[^(most + 1)] + benign[^most]) / 2, planted[planted.Count / 100]);
    }

    private static int Part(Example example, int parts)
    {
        var hash = 2166136261;
        foreach (var letter in example.Of.Name)
            hash = (hash ^ letter) * 16777619;
        return (int)(hash % parts);
    }

    private LinearModel Model(double threshold) => new(bias, [.. concepts[..Features.Concepts].Select(weight => (float)weight)],
        [.. concepts[Features.Concepts..].Select(weight => (float)weight)], [.. buckets.Select(weight => (float)weight)], threshold);

    private double Score(Example example) => example.Windows.Where(window => (window.Concepts & Features.Core) != 0)
        .Select(window => Score(window, withBuckets: true)).DefaultIfEmpty(double.NegativeInfinity).Max();

    private double Score(Window window, bool withBuckets)
    {
        var score = bias;
        foreach (var index in Indices(window.Concepts))
            score += concepts[index];
        if (!withBuckets || window.Buckets.Length == 0)
            return score;
        double sum = 0;
        foreach (var bucket in window.Buckets)
            sum += buckets[bucket];
        return score + (sum / Math.Sqrt(window.Buckets.Length));
    }

    private void Learn(IReadOnlyList<Example> examples)
    {
        HashSet<string> benign =
            [.. examples.Where(example => !example.Of.IsPoisoned).SelectMany(example => example.Windows).Where(window => window.Text.Length > 0)
                .Select(window => window.Text)];
        List<Window> negatives = [.. examples.Where(example => !example.Of.IsPoisoned).SelectMany(example => example.Windows)];
        List<Example> poisoned = [.. examples.Where(example => example.Of.IsPoisoned && example.Windows.Count > 0)];
        for (var round = 0; round < Rounds; round++)
        {
            List<(Window Window, bool Label)> steps = [.. negatives.Select(window => (window, false))];
            foreach (var example in poisoned)
            {
                // Half of the worst are the single sentence, so that windows of two do not become the only form of an attack.
                var worst = example.Windows.Where(window => window.Text.Length == 0 || !benign.Contains(window.Text))
                    .DefaultIfEmpty(example.Windows[0])
                    .MaxBy(window => round == 0
                    ? BitOperations.PopCount(window.Concepts) - (window.Text.Length == 0 ? 0.5 : 0) : Score(window, withBuckets: true))!;
                steps.Add((worst, true));
            }

            for (var epoch = 0; epoch < Epochs; epoch++)
                Pass(steps);
        }
    }

    private void Pass(List<(Window Window, bool Label)> steps)
    {
        int[] order = [.. Enumerable.Range(0, steps.Count)];
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = Next(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        foreach (var i in order)
            Step(steps[i].Window, steps[i].Label, withBuckets: Next(2) == 0);
    }

    private void Step(Window window, bool label, bool withBuckets)
    {
        var wrong = (1 / (1 + Math.Exp(-Score(window, withBuckets)))) - (label ? 1 : 0);
        if (Math.Abs(wrong) < 1e-4)
            return;
        Move(ref bias, ref biasSquares, wrong, 0);
        foreach (var index in Indices(window.Concepts))
            Move(ref concepts[index], ref conceptSquares[index], wrong, Shrink);
        if (!withBuckets || window.Buckets.Length == 0)
            return;
        var share = wrong / Math.Sqrt(window.Buckets.Length);
        foreach (var bucket in window.Buckets)
            Move(ref buckets[bucket], ref bucketSquares[bucket], share, BucketShrink);
    }

    private static void Move(ref double weight, ref double squares, double gradient, double shrink)
    {
        gradient += shrink * weight;
        squares += gradient * gradient;
        weight -= Rate * gradient / Math.Sqrt(squares + 1e-6);
    }

    private static IEnumerable<int> Indices(uint bits)
    {
        for (var high = 0; high < Features.Concepts; high++)
        {
            if ((bits >> high & 1) == 0)
                continue;
            yield return high;
            for (var low = 0; low < high; low++)
            {
                if ((bits >> low & 1) != 0)
                    yield return Features.Concepts + Features.Pair(low, high);
            }
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
}
