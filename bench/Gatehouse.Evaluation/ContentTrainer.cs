using Gatehouse.Detection.Content;

namespace Gatehouse.Evaluation;

/// <summary>
/// Trains the model of passages: two support vector machines with squared hinge loss, by dual coordinate descent (Hsieh and others 2008, "A Dual
/// Coordinate Descent Method for Large-scale Linear SVM"), with weights that all heads share and weights of each head (Daumé 2007, "Frustratingly Easy
/// Domain Adaptation"). The same input gives the same bytes.
/// </summary>
internal sealed class ContentTrainer
{
    // Chosen by authors left out: cost, and the part of a head's own weights against those that all heads share.
    private const double Cost = 1;
    private const double OwnPart = 0.7;
    private const int LongestText = 1500;

    // Blocks that repeat what others say count less.
    private static readonly double[] BlockWeights = [1, 1, 0.7, 0.7, 0.7];

    private readonly List<Text> texts = [];

    /// <summary>Number of texts that were added and are long enough.</summary>
    public int Texts => texts.Count;

    /// <summary>Of these, texts of the corpus.</summary>
    public int CorpusTexts { get; set; }

    /// <summary>Adds a text.</summary>
    /// <param name="text">The text, read.</param>
    /// <param name="head">The head of its place.</param>
    /// <param name="isAttack">True for an attack.</param>
    /// <param name="cost">Weight of the text against others.</param>
    /// <param name="counterpart">The harmless text with the same words; null for none.</param>
    public void Add(ReadText text, ContentHead head, bool isAttack, double cost, ReadText? counterpart = null)
    {
        if (text.Characters >= ContentModel.Shortest) texts.Add(new Text(text, head, isAttack, cost, counterpart));
    }

    /// <summary>Trains, and returns the model with the weights in steps of a byte. Its thresholds are not set.</summary>
    public ContentModel Train()
    {
        var wide = new LinearTrainer(OwnPart);
        foreach (var text in texts.AsParallel().AsOrdered().Select(text => (text.Head, text.IsAttack, text.Cost, Window: WholeOf(text.Read))))
            wide.Add(text.Window, text.Head, text.IsAttack, Cost * text.Cost);
        wide.Train();
        var near = new LinearTrainer(OwnPart);
        foreach (var windows in texts.AsParallel().AsOrdered().Select(text => Windows(text, wide).ToList()))
        {
            foreach (var (window, head, isAttack, cost) in windows) near.Add(window, head, isAttack, cost);
        }

        near.Train();
        return Joined(wide, near);
    }

    private static ContentModel Joined(LinearTrainer wide, LinearTrainer near)
    {
        var weights = new sbyte[ContentModel.Heads * ContentModel.WeightsOfHead];
        var scales = new HeadScale[ContentModel.Heads];
        for (var head = 0; head < ContentModel.Heads; head++)
        {
            var (ofWide, ofNear) = (wide.WeightsOf(head), near.WeightsOf(head));
            var (wideStep, nearStep) = (Step(ofWide), Step(ofNear));
            for (var place = 0; place < ofWide.Length; place++)
            {
                weights[(head * ContentModel.WeightsOfHead) + (2 * place)] = Quantised(ofWide[place], wideStep);
                weights[(head * ContentModel.WeightsOfHead) + (2 * place) + 1] = Quantised(ofNear[place], nearStep);
            }

            scales[head] = new HeadScale(
                wideStep, nearStep, wide.BiasOf(head) + near.BiasOf(head), double.MaxValue, double.MaxValue, double.MaxValue);
        }

        return new ContentModel(weights, scales);
    }

    private static sbyte Quantised(double weight, float step) => (sbyte)Math.Clamp(Math.Round(weight / step), -127, 127);

    // The largest weights are of few features; a finer step for all others is worth more than they are.
    private static float Step(double[] weights) => (float)(weights.Select(Math.Abs).Order().ElementAt(weights.Length - 200) / 127);

    private static FeatureVector WholeOf(ReadText text) => Vector(text, 0, text.EndOf(0, LongestText));

    // Of an attack, the windows that hold what its counterpart does not have are attacks, and those that have nothing of it are harmless. Of one
    // without a counterpart, the window that the wide classifier thinks worst.
    private static IEnumerable<(FeatureVector Window, ContentHead Head, bool IsAttack, double Cost)> Windows(Text text, LinearTrainer wide)
    {
        var windows = text.Read.Windows(ContentModel.Near, LongestText);
        var cost = Cost * text.Cost;
        if (!text.IsAttack)
        {
            foreach (var (first, end) in windows) yield return (Vector(text.Read, first, end), text.Head, false, cost / Math.Sqrt(windows.Count));
            yield break;
        }

        var own = text.Counterpart is { } other ? text.Read.SentencesNotIn(other) : null;
        if (own is null or { Count: 0 })
        {
            var worst = windows.Select(window => Vector(text.Read, window.First, window.End)).MaxBy(window => wide.Score(window, text.Head))!;
            yield return (worst, text.Head, true, cost);
            yield break;
        }

        var total = own.Sum(text.Read.LengthOf);
        foreach (var (first, end) in windows)
        {
            var held = own.Where(sentence => sentence >= first && sentence < end).Sum(text.Read.LengthOf) / (double)total;
            if (held is > 0.05 and <= 0.6) continue;
            var isAttack = held > 0.6;
            yield return (Vector(text.Read, first, end), text.Head, isAttack, isAttack ? cost : cost / Math.Sqrt(windows.Count));
        }
    }

    private static FeatureVector Vector(ReadText text, int first, int end)
    {
        var counts = new Dictionary<int, int>();
        var sizes = new int[PassageFeatures.Blocks];
        for (var sentence = first; sentence < end; sentence++)
        {
            foreach (var place in text.FeaturesOf(sentence))
            {
                counts[place] = counts.GetValueOrDefault(place) + 1;
                sizes[place / ContentModel.Buckets]++;
            }
        }

        var places = counts.Keys.Order().ToArray();
        return new FeatureVector(places, [.. places.Select(place =>
            (float)(BlockWeights[place / ContentModel.Buckets] * counts[place] / Math.Sqrt(sizes[place / ContentModel.Buckets])))]);
    }

    private sealed record Text(ReadText Read, ContentHead Head, bool IsAttack, double Cost, ReadText? Counterpart);

    /// <summary>Returns the weights as the model multiplies them: the weight of the block is part of them.</summary>
    internal static double BlockWeightOf(int place) => BlockWeights[place / ContentModel.Buckets];
}
