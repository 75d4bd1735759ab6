using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Doubles;

/// <summary>A judge that trusts whatever a server says that was approved once.</summary>
internal sealed class ServerJudge(LockPolicy real) : IDefinitionPolicy
{
    public string Name => real.Name;

    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question) =>
        real.File.Find(question.Server.Name) is null ? real.Judge(question) : DefinitionVerdict.Visible;
}
