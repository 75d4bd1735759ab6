using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// What a lock says that was found where nobody named it, as in a repository that was cloned: it only withholds. Of a server that
/// it has, everything new or different is withheld; its approvals and keys count for nothing, and of other servers it says nothing.
/// </summary>
/// <param name="find">Finds the lock for a server; null when none lies there.</param>
/// <param name="identify">Where a server comes from now.</param>
public sealed class DiscoveredLockPolicy(Func<ServerSettings, LockFile?> find, Func<ServerSettings, ServerIdentity> identify) : IDefinitionPolicy
{
    /// <inheritdoc />
    public string Name => "found-lock";

    /// <inheritdoc />
    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question)
    {
        if (find(question.Server)?.Find(question.Server.Name) is not { } locked) return DefinitionVerdict.Visible;
        if (question.IsRepeated) return DefinitionVerdict.Withhold(WithheldReasons.Repeated);
        var digest = DefinitionGate.DigestOf(locked, question.Definition, question.Digest);
        var standing = DefinitionGate.Decide(locked, identify(question.Server), question.Definition, digest, ApprovalRules.Single, question.At);
        return standing is DefinitionStatus.Approved or DefinitionStatus.NotApproved or DefinitionStatus.Expired
            ? DefinitionVerdict.Visible
            : DefinitionVerdict.Withhold(WithheldReasons.Of(standing)!);
    }
}
