using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Tests;

/// <summary>A judge that does what another does, and says that it ran.</summary>
internal sealed class MarkingJudge(IDefinitionPolicy real, Action ran) : IDefinitionPolicy
{
    public string Name => real.Name;

    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question)
    {
        ran();
        return real.Judge(question);
    }
}
