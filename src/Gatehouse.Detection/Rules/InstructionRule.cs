using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Rules;

/// <summary>
/// The rules for combinations of concepts (GHS9001 to GHS9004, GHS9006, GHS9008). Each combination needs three things that honest descriptions do not
/// say together.
/// </summary>
internal static class InstructionRule
{
    /// <summary>Returns the worst finding of the rules in a folded reading, or null when there is none.</summary>
    public static (FindingRule Rule, Confidence Confidence, int Start, int Length)? Judge(List<ConceptMark> marks)
    {
        (FindingRule Rule, Confidence Confidence, int Start, int Length)? worst = null;
        foreach (var window in ConceptWindow.Over(marks))
        {
            if (Judge(window) is not { } found)
                continue;
            if (worst is null || found.Confidence > worst.Value.Confidence
                || (found.Confidence == worst.Value.Confidence && found.Rule.Severity > worst.Value.Rule.Severity))
                worst = (found.Rule, found.Confidence, window.Start, window.End - window.Start);
        }

        return worst;
    }

    private static (FindingRule Rule, Confidence Confidence)? Judge(ConceptWindow said)
    {
        var moves = said.HasAny(Concept.Take, Concept.Give);
        var presses = said.HasAny(Concept.First, Concept.Mark) || said.HasAny(Concept.Pressure, Concept.Model);
        var goesOut = said.HasAny(Concept.Parameter, Concept.Address);
        if (said.Has(Concept.Vault) && moves && said.IsSecret && (presses || goesOut || said.Has(Concept.Must)))
            return (DetectionRules.Secretive, Confidence.High);
        if (said.Has(Concept.Vault) && moves && said.IsDenied && said.HasAny(Concept.First, Concept.Mark))
            return (DetectionRules.Secretive, Confidence.High);
        if (said.Has(Concept.Vault) && said.Has(Concept.Take) && said.Has(Concept.Give) && said.HasAny(Concept.First, Concept.Mark))
            return (DetectionRules.Collecting, Confidence.High);
        if (said.HasAny(Concept.Credential, Concept.Talk) && said.Has(Concept.Give) && said.IsSecret && presses && goesOut)
            return (DetectionRules.Secretive, Confidence.High);
        if (said.Has(Concept.Turn))
            return (DetectionRules.FalseMark, Confidence.High);
        return Soft(said, moves, presses, goesOut);
    }

    private static (FindingRule Rule, Confidence Confidence)? Soft(ConceptWindow said, bool moves, bool presses, bool goesOut)
    {
        if (said.IsSecret && moves && presses
            && (said.HasAny(Concept.Vault, Concept.Credential) || said.HasAny(Concept.Talk, Concept.Address) || said.Has(Concept.Command)))
            return (DetectionRules.Secretive, Confidence.Medium);
        if (said.Has(Concept.Vault) && said.Has(Concept.Take) && said.Has(Concept.Give) && (goesOut || presses))
            return (DetectionRules.Collecting, Confidence.Medium);
        if (said.Has(Concept.Overrule) && said.Has(Concept.Model) && said.HasAny(Concept.Must, Concept.Mark)
            && (moves || said.Has(Concept.Command) || said.IsSecret))
            return (DetectionRules.Overruling, Confidence.Medium);
        if (said.Has(Concept.Prefer) && said.Has(Concept.First) && said.HasAny(Concept.Command, Concept.Vault)
            && (said.Has(Concept.Address) || said.IsSecret))
            return (DetectionRules.Shadowing, Confidence.Medium);
        return null;
    }
}
