using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Doubles;

/// <summary>A judge to whom every definition is good.</summary>
/// <param name="name">Slug of the judge in whose place it is.</param>
internal sealed class PassingJudge(string name) : IDefinitionPolicy
{
    public string Name => name;

    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question) => DefinitionVerdict.Visible;
}
