using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Tests;

/// <summary>A judge that does what another does, and says that it ran.</summary>
internal sealed class MarkingJudge(IDefinitionJudge real, Action ran) : IDefinitionJudge
{
    public string Name => real.Name;

    public DefinitionVerdict Judge(in DefinitionQuestion question)
    {
        ran();
        return real.Judge(question);
    }
}
