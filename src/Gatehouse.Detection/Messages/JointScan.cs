using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The judgement of a sentence that is split over two messages. The threat: two answers that are harmless each for itself, and an instruction
/// together in the context of the model (MCP06). Reused; not safe for concurrent use.
/// </summary>
internal sealed class JointScan
{
    private const int LongestWord = 40;

    // A word may be split, or two words.
    private static readonly string[] Between = ["", " "];

    private readonly ReadingFlow flow = new();
    private readonly List<ConceptMark> marks = [];
    private readonly List<MessageRules.Hit> hits = [];
    private readonly int[] places = [.. Enumerable.Range(0, (2 * TextEdges.Longest) + 2)];

    /// <summary>
    /// Returns the findings over the place where two texts meet, at most one of each kind. The span of each is the beginning of the second text.
    /// </summary>
    /// <param name="before">The end of the earlier text.</param>
    /// <param name="after">The beginning of the later text.</param>
    /// <param name="model">The learned model of its place; <see cref="PassageModel.None"/> to ask only the rules.</param>
    public IReadOnlyList<MessageFinding> Judge(string before, TextBeginning after, PassageModel model)
    {
        List<MessageFinding> found = [];
        foreach (var between in Between)
        {
            Clear(); // also what is left of a reading that failed
            if (between.Length == 0 && !IsWordSplit(before, after.Text)) continue;
            Clear();
            Fold(before);
            var earlier = flow.Count;
            Fold(between);
            var joint = flow.Count;
            Fold(after.Text);
            JudgeRules(joint, after, model.IsPrompt, found);
            if (after.IsWithin) JudgeModel(earlier, joint, after, model, found);
        }

        return found;
    }

    // Without a space between the parts something else is read only where a word of the rules reaches over the place where they meet.
    private bool IsWordSplit(string before, string after)
    {
        Fold(before.AsSpan(Math.Max(0, before.Length - LongestWord)));
        var joint = flow.Count;
        Fold(after.AsSpan(0, Math.Min(after.Length, LongestWord)));
        ConceptTable.Default.Find(flow.Letters, marks, Concept.Unbound);
        foreach (var mark in marks)
        {
            if (mark.Start < joint && mark.End > joint) return true;
        }

        return false;
    }

    private void Clear()
    {
        flow.Clear();
        marks.Clear();
        hits.Clear();
    }

    private void Fold(ReadOnlySpan<char> text) => flow.Fold(text, places.AsSpan(0, text.Length), places.AsSpan(1, text.Length));

    private void JudgeRules(int joint, TextBeginning after, bool isPrompt, List<MessageFinding> found)
    {
        ConceptTable.Default.Find(flow.Letters, marks, Concept.Unbound);
        MessageRules.Judge(flow.Letters, marks, hits, isPrompt);
        foreach (var hit in hits)
        {
            if (hit.Start >= joint || hit.Start + hit.Length <= joint) continue;
            Add(hit.Rule, hit.Confidence, hit.Message, hit.Start, hit.Length, null, after, found);
        }
    }

    // The model costs more than the rules: it is asked where both texts have words that instructions have. What the earlier text says by itself was
    // found there.
    private void JudgeModel(int earlier, int joint, TextBeginning after, PassageModel model, List<MessageFinding> found)
    {
        if (!AreOnBothSides(joint)) return;
        var sums = model.Take();
        var score = model.Best(sums, flow.Letters, flow.Count, out var start, out var length);
        var ofEarlier = model.ConfidenceOf(score) is null ? score : model.Best(sums, flow.Letters[..earlier], earlier, out _, out _);
        model.Return(sums);
        if (model.ConfidenceOf(score) is not { } confidence || start >= joint || start + length <= joint) return;
        if (model.ConfidenceOf(ofEarlier) is not null) return;
        Add(DetectionRules.Imperative, confidence, FindingSentences.Passage, start, length, score, after, found);
    }

    // By hand: answers are judged here one after the other, and a predicate would be an object for each.
    private bool AreOnBothSides(int joint)
    {
        var (isBefore, isBehind) = (false, false);
        foreach (var mark in marks)
        {
            isBefore |= mark.Start < joint;
            isBehind |= mark.End > joint;
        }

        return isBefore && isBehind;
    }

    private void Add(
        FindingRule rule, Confidence confidence, string message, int start, int length, double? score, TextBeginning after,
        List<MessageFinding> found)
    {
        if (found.Exists(known => known.Rule == rule)) return;
        (confidence, var isQuoted) = MessageRules.InContext(flow.Letters, marks, start, length, confidence);
        found.Add(new MessageFinding(rule, confidence, after.Span, message, score) { IsQuoted = isQuoted, IsJoint = true });
    }
}
