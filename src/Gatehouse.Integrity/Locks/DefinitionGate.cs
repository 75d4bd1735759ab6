using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>Decides whether a definition may be seen: only what is locked, equal and approved (TP-02; deny by default, design rule 4).</summary>
public static class DefinitionGate
{
    // Clocks of the approver's machine and of this one may differ by so much.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Decides.</summary>
    /// <param name="locked">The server as the lock has it; null where it has none.</param>
    /// <param name="source">Where the server comes from now.</param>
    /// <param name="observed">The definition as the server gives it now.</param>
    /// <param name="rules">What makes an approval count.</param>
    /// <param name="now">The time of the decision.</param>
    public static DefinitionStanding Decide(LockedServer? locked, ServerSource source, ServerDefinition observed, ApprovalRules rules, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(rules);
        if (locked is null)
            return DefinitionStanding.ServerNotLocked;
        if (locked.Source != source)
            return DefinitionStanding.SourceDiffers;
        if (locked.Find(observed.Kind, observed.Name) is not { } known)
            return DefinitionStanding.New;
        return DefinitionDigest.Of(observed, locked.Rules) == known.Digest ? Approved(locked, known, rules, now) : DefinitionStanding.Different;
    }

    private static DefinitionStanding Approved(LockedServer server, LockedDefinition known, ApprovalRules rules, DateTimeOffset now)
    {
        if (known.Approval is not { } approval || approval.At > now + ClockSkew)
            return DefinitionStanding.NotApproved;
        if (approval.Expires <= now)
            return DefinitionStanding.Expired;
        if (rules.Signatures <= 0)
            return DefinitionStanding.Approved;
        byte[] statement = ApprovalStatement.Bytes(server.Name, server.Source, known.Definition, known.Digest, approval.Expires);
        return ApprovalSignatures.Count(statement, approval.Signatures, rules) >= rules.Signatures ? DefinitionStanding.Approved : DefinitionStanding.NotApproved;
    }
}
