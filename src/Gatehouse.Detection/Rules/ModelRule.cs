using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Rules;

/// <summary>The id of a verdict of the learned model, by the concepts of its window.</summary>
internal static class ModelRule
{
    public static FindingRule For(List<ConceptMark> marks, int start, int end)
    {
        uint bits = 0;
        foreach (var mark in marks)
            bits |= mark.Start >= start && mark.Start < end ? 1u << (int)mark.Concept : 0;
        if (Has(Concept.Talk) && Has(Concept.Give))
            return DetectionRules.SideChannel;
        if ((Has(Concept.Vault) || Has(Concept.Credential)) && (Has(Concept.Take) || Has(Concept.Give)))
            return DetectionRules.Collecting;
        if (Has(Concept.Prefer) || (Has(Concept.First) && Has(Concept.Command)))
            return DetectionRules.Shadowing;
        if (Has(Concept.Overrule))
            return DetectionRules.Overruling;
        return DetectionRules.Imperative;

        bool Has(Concept concept) => (bits >> (int)concept & 1) != 0;
    }
}
