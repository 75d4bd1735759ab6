using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Doubles;

/// <summary>Judges of which one yes is enough.</summary>
internal sealed class AnyJudge(IReadOnlyList<IDefinitionPolicy> judges) : IDefinitionPolicy
{
    public string Name => "any";

    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question)
    {
        foreach (var judge in judges)
        {
            if (judge.Judge(question) is { Withheld: null } yes) return yes;
        }

        return DefinitionVerdict.Withhold(WithheldReasons.Of(DefinitionStatus.NotApproved)!);
    }
}
