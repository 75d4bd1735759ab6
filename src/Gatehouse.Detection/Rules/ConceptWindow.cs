using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Model;

namespace Gatehouse.Detection.Rules;

/// <summary>The marks within a bounded stretch after a first one.</summary>
internal readonly struct ConceptWindow(uint bits, bool isSecret, bool isDenied, int start, int end)
{
    /// <summary>Length of the stretch, in characters of the folded reading.</summary>
    public const int Reach = 260;

    private readonly uint bits = bits;

    public int Start { get; } = start;

    public int End { get; } = end;

    /// <summary>True when something is to be kept from the person: the text says so, or a telling is negated and about a person.</summary>
    public bool IsSecret { get; } = isSecret;

    /// <summary>True when a telling is negated, without a person.</summary>
    public bool IsDenied { get; } = isDenied;

    public bool Has(Concept concept) => (this.bits >> (int)concept & 1) != 0;

    public bool HasAny(Concept one, Concept two) => Has(one) || Has(two);

    /// <summary>Returns the windows that begin at each mark, in order.</summary>
    public static IEnumerable<ConceptWindow> Over(List<ConceptMark> marks)
    {
        List<ConceptMark> sorted = [.. marks.OrderBy(mark => mark.Start)];
        var secret = new bool[sorted.Count];
        var denied = new bool[sorted.Count];
        for (var i = 0; i < sorted.Count; i++)
            (secret[i], denied[i]) = Denial(sorted, i);
        var counts = new int[32];
        int secrets = 0, denials = 0, next = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            for (; next < sorted.Count && sorted[next].Start <= sorted[i].Start + Reach; next++)
            {
                counts[(int)sorted[next].Concept]++;
                secrets += secret[next] ? 1 : 0;
                denials += denied[next] ? 1 : 0;
            }

            uint bits = 0;
            for (var concept = 0; concept < Features.Concepts; concept++)
                bits |= counts[concept] > 0 ? 1u << concept : 0;
            yield return new ConceptWindow(bits, secrets > 0, denials > 0, sorted[i].Start, sorted[next - 1].End);
            counts[(int)sorted[i].Concept]--;
            secrets -= secret[i] ? 1 : 0;
            denials -= denied[i] ? 1 : 0;
        }
    }

    // "do not tell ... the user", "the user ... is not informed", "sag es nicht": a negation and a telling close to each other, a person near.
    private static (bool Secret, bool Denied) Denial(List<ConceptMark> marks, int at)
    {
        var mark = marks[at];
        if (mark.Concept == Concept.Hush)
            return (true, true);
        if (mark.Concept != Concept.Not && mark.Concept != Concept.Tell)
            return (false, false);
        var wanted = mark.Concept == Concept.Not ? Concept.Tell : Concept.Not;
        var reach = mark.Concept == Concept.Not ? 26 : 14;
        for (var i = at + 1; i < marks.Count && marks[i].Start <= mark.End + reach; i++)
        {
            if (marks[i].Concept != wanted || marks[i].Start < mark.End)
                continue;
            var hasPerson = false;
            for (var j = Math.Max(0, at - 6); j < marks.Count && marks[j].Start <= marks[i].End + 34; j++)
                hasPerson |= marks[j].Concept == Concept.Person && marks[j].End >= mark.Start - 24;
            return (hasPerson, true);
        }

        return (false, false);
    }
}
