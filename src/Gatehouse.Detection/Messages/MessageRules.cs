using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Rules;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The readable rules for texts of messages: combinations of concepts within a short stretch. Those of definitions hold too; what only a message has
/// is here. Each finding has the stretch that it rests on.
/// </summary>
internal static class MessageRules
{
    /// <summary>Version of the rules; a change of a rule or of the table of concepts raises it.</summary>
    public const int Version = 2;

    // Characters of the folded text within which words belong to one order.
    private const int Near = 60;

    // Characters around a finding in which a word says that the text is quoted, or that a role has no limits.
    private const int Surroundings = 160;

    private static readonly uint Reset = Bit(Concept.Ignore) | Bit(Concept.Prior) | Bit(Concept.Orders);

    /// <summary>One finding in a folded text.</summary>
    public readonly record struct Hit(FindingRule Rule, Confidence Confidence, int Start, int Length, string Message);

    /// <summary>Adds the findings of a block.</summary>
    /// <param name="folded">The folded text.</param>
    /// <param name="marks">Its concepts, in the order of their ends.</param>
    /// <param name="hits">The list that receives findings.</param>
    /// <param name="isPrompt">True for a template that a person chose. It may give the model a role; data may not.</param>
    public static void Judge(ReadOnlySpan<char> folded, List<ConceptMark> marks, List<Hit> hits, bool isPrompt)
    {
        uint all = 0;
        foreach (var mark in marks) all |= 1u << (int)mark.Concept;
        if ((all & Reset) == Reset) Overruling(folded, marks, hits);
        if (Has(all, Concept.Unbound) || Has(all, Concept.Persona)) Personas(marks, hits, isPrompt);
        if (folded.Contains("](", StringComparison.Ordinal)) ImageLinks.Judge(folded, hits);
        if (Has(all, Concept.Turn)) Turns(folded, marks, hits);
        if (CanComplete(marks) && InstructionRule.Judge([.. marks.Where(mark => mark.Concept < Concept.Turn)]) is { } found)
            hits.Add(new Hit(found.Rule, found.Confidence, found.Start, found.Length, FindingSentences.Of(found.Rule)));
    }

    /// <summary>Returns the confidence of a finding a step lower where words around it say that it is quoted.</summary>
    public static (Confidence Confidence, bool IsQuoted) InContext(
        ReadOnlySpan<char> folded, List<ConceptMark> marks, int start, int length, Confidence confidence)
    {
        var isQuoted = IsQuoted(folded, marks, start, length);
        return (isQuoted && confidence > Confidence.Low ? confidence - 1 : confidence, isQuoted);
    }

    // Whether words around a stretch say that it is quoted, an example, or about attacks.
    private static bool IsQuoted(ReadOnlySpan<char> folded, List<ConceptMark> marks, int start, int length)
    {
        foreach (var mark in marks)
        {
            if (mark.Concept == Concept.Quotation && mark.End > start - Surroundings && mark.Start < start + length + Surroundings) return true;
        }

        // Quotation marks directly around it.
        var before = start > 0 ? folded[start - 1] : ' ';
        var after = start + length < folded.Length ? folded[start + length] : ' ';
        return before is '"' or '“' or '„' or '«' or '\'' && after is '"' or '”' or '“' or '»' or '\'' or '.' or ',';
    }

    // "ignore all previous instructions": leaving aside, what came before, and orders, in any order, in one sentence and close together.
    private static void Overruling(ReadOnlySpan<char> folded, List<ConceptMark> marks, List<Hit> hits)
    {
        for (var at = 0; at < marks.Count; at++)
        {
            if (marks[at].Concept != Concept.Ignore) continue;
            var (first, last) = Sentence(folded, marks[at]);
            var (start, end, bits) = (marks[at].Start, marks[at].End, 0u);
            // Marks are in the order of their ends: those of a sentence are neighbours.
            for (var other = at - 1; other >= 0 && marks[other].End > first; other--) Take(marks[other]);
            for (var other = at + 1; other < marks.Count && marks[other].Start < last && marks[other].Concept != Concept.Address; other++)
                Take(marks[other]);
            if (bits != (Bit(Concept.Prior) | Bit(Concept.Orders))) continue;
            hits.Add(new Hit(DetectionRules.Overruling, Confidence.Medium, start, end - start, FindingSentences.Of(DetectionRules.Overruling)));
            return;

            void Take(ConceptMark mark)
            {
                if (mark.Concept is not (Concept.Prior or Concept.Orders) || mark.Start < first || mark.End > last) return;
                bits |= Bit(mark.Concept);
                (start, end) = (Math.Min(start, mark.Start), Math.Max(end, mark.End));
            }
        }
    }

    // The stretch around a word up to the ends of its sentence. A line break ends none: parts of a text are lines too.
    private static (int First, int Last) Sentence(ReadOnlySpan<char> folded, ConceptMark around)
    {
        var first = Math.Max(0, around.Start - Near);
        var before = folded[first..around.Start].LastIndexOfAny(".;!?。");
        if (before >= 0) first += before + 1;
        var last = Math.Min(folded.Length, around.End + Near);
        var after = folded[around.End..last].IndexOfAny(".;!?。");
        return (first, after >= 0 ? around.End + after : last);
    }

    // Marks of the templates that models are given conversations in. A single [inst] is a word of other languages too.
    private static void Turns(ReadOnlySpan<char> folded, List<ConceptMark> marks, List<Hit> hits)
    {
        var (sure, possible) = (default(ConceptMark?), default(ConceptMark?));
        var opens = false;
        foreach (var mark in marks)
        {
            if (mark.Concept != Concept.Turn) continue;
            var text = folded.Slice(mark.Start, mark.Length);
            if (text is not ("[inst]" or "[/inst]") || (opens && text is "[/inst]")) sure ??= mark;
            opens |= text is "[inst]";
            possible ??= mark;
        }

        if ((sure ?? possible) is { } found)
            hits.Add(new Hit(DetectionRules.FalseMark, sure is null ? Confidence.Low : Confidence.High, found.Start, found.Length,
                FindingSentences.Of(DetectionRules.FalseMark)));
    }

    // "you are now", "without any restrictions". Both close together are likely meant for a model; one of them can be the words of a story, and both
    // far apart those of a page about software ("you are now a developer", "debug mode").
    private static void Personas(List<ConceptMark> marks, List<Hit> hits, bool isPrompt)
    {
        var (role, limits, first) = (default(ConceptMark?), default(ConceptMark?), default(ConceptMark?));
        foreach (var mark in marks)
        {
            if (mark.Concept == Concept.Persona) role = mark;
            else if (mark.Concept == Concept.Unbound) limits = mark;
            else continue;
            if (mark.Concept == Concept.Unbound || !isPrompt) first ??= mark;
            // Marks are in the order of their ends, so that the last one of each is the nearest: one pass, whatever a sender repeats.
            if (role is not { } one || limits is not { } other || !IsBeside(one, other)) continue;
            var start = Math.Min(one.Start, other.Start);
            AddPersona(start, Math.Max(one.End, other.End) - start, Confidence.Medium, hits);
            return;
        }

        if (first is { } found) AddPersona(found.Start, found.Length, Confidence.Low, hits);
    }

    private static bool IsBeside(ConceptMark one, ConceptMark other) => one.Start < other.End + Surroundings && other.Start < one.End + Surroundings;

    private static void AddPersona(int start, int length, Confidence confidence, List<Hit> hits) => hits.Add(new Hit(
        DetectionRules.Overruling, confidence, start, length, "it gives the model another role or takes its limits away"));

    // Whether a combination of the rules for definitions can be complete in any of their windows: each needs one of these close together. It is
    // cheaper than the windows, and nearly every text ends here.
    internal static bool CanComplete(List<ConceptMark> marks)
    {
        Span<int> last = stackalloc int[32];
        last.Fill(-ConceptWindow.Reach - 1);
        foreach (var (concept, start, _) in marks)
        {
            if (concept >= Concept.Turn) continue;
            last[(int)concept] = Math.Max(last[(int)concept], start);
            if (IsKeyOfRule(concept) && CanComplete(last, start - ConceptWindow.Reach)) return true;
        }

        return false;
    }

    private static bool IsKeyOfRule(Concept concept) => concept is Concept.Take or Concept.Give or Concept.Vault or Concept.Hush or Concept.Not
        or Concept.Tell or Concept.Overrule or Concept.Model or Concept.Prefer or Concept.First;

    // Secrecy has words of its own, or is a negated telling.
    private static bool CanComplete(ReadOnlySpan<int> last, int from)
    {
        var moves = last[(int)Concept.Take] >= from || last[(int)Concept.Give] >= from;
        var hides = last[(int)Concept.Hush] >= from || (last[(int)Concept.Not] >= from && last[(int)Concept.Tell] >= from);
        return (moves && (hides || last[(int)Concept.Vault] >= from)) || (last[(int)Concept.Overrule] >= from && last[(int)Concept.Model] >= from)
            || (last[(int)Concept.Prefer] >= from && last[(int)Concept.First] >= from);
    }

    private static bool Has(uint all, Concept concept) => (all & Bit(concept)) != 0;

    private static uint Bit(Concept concept) => 1u << (int)concept;
}
