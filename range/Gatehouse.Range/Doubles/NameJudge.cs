using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Doubles;

/// <summary>A judge that knows approved definitions by their names.</summary>
internal sealed class NameJudge(LockPolicy real) : IDefinitionPolicy
{
    public string Name => real.Name;

    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question) =>
        real.File.Find(question.Server.Name)?.Find(question.Definition.Kind, question.Definition.Name) is null
            ? real.Judge(question) : DefinitionVerdict.Visible;
}
