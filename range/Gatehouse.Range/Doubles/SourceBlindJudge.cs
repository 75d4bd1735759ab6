using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Doubles;

/// <summary>A judge that compares what servers say and not where they come from.</summary>
internal sealed class SourceBlindJudge(LockPolicy real) : IDefinitionPolicy
{
    public string Name => real.Name;

    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question)
    {
        if (real.File.Find(question.Server.Name) is not { } locked) return real.Judge(question);
        var standing = DefinitionGate.Decide(locked, new ServerIdentity(locked.Source), question.Definition, question.Digest, real.Rules,
            question.At);
        return standing == DefinitionStatus.Approved ? DefinitionVerdict.Visible : DefinitionVerdict.Withhold("different");
    }
}
