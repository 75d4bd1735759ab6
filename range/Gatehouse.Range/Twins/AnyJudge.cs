using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range;

/// <summary>Judges of which one yes is enough.</summary>
internal sealed class AnyJudge(IReadOnlyList<IDefinitionJudge> judges) : IDefinitionJudge
{
    public string Name => "any";

    public DefinitionVerdict Judge(in DefinitionQuestion question)
    {
        foreach (var judge in judges)
        {
            if (judge.Judge(question) is { Withheld: null } yes) return yes;
        }

        return DefinitionVerdict.Withhold(WithheldReasons.Of(DefinitionStanding.NotApproved)!);
    }
}
