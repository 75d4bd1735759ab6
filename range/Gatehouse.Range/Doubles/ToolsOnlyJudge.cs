using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Doubles;

/// <summary>A judge of tools.</summary>
internal sealed class ToolsOnlyJudge(IDefinitionPolicy real) : IDefinitionPolicy
{
    public string Name => real.Name;

    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question) =>
        question.Definition.Kind == DefinitionKind.Tool ? real.Judge(question) : DefinitionVerdict.Visible;
}
