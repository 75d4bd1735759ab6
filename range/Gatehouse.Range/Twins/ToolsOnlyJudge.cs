using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range;

/// <summary>A judge of tools.</summary>
internal sealed class ToolsOnlyJudge(IDefinitionJudge real) : IDefinitionJudge
{
    public string Name => real.Name;

    public DefinitionVerdict Judge(in DefinitionQuestion question) => question.Definition.Kind == DefinitionKind.Tool ? real.Judge(question) : DefinitionVerdict.Visible;
}
