using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// The policy for a lock that was found without being configured, as in a cloned repository: it only withholds. For a server in the lock, every new
/// or different definition is withheld. The lock's approvals and keys do not count, and it has no effect on other servers.
/// </summary>
/// <param name="find">Finds the lock for a server; null when there is none.</param>
/// <param name="identify">Returns the current source of a server.</param>
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
