using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>
/// The decision whether a definition may be seen: only when it is locked, equal and approved (TP-02; deny by default, design rule 4).
/// </summary>
public static class DefinitionGate
{
    /// <summary>The largest difference of clocks: an approval may be so much in the future.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Decides about a definition.</summary>
    /// <param name="locked">The server as the lock has it, or null where it has none.</param>
    /// <param name="source">The present source of the server.</param>
    /// <param name="observed">The definition as the server gives it now.</param>
    /// <param name="rules">The conditions under which an approval counts.</param>
    /// <param name="now">The time of the decision.</param>
    public static DefinitionStatus Decide(LockedServer? locked, ServerSource source, ServerDefinition observed, ApprovalRules rules,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(observed);
        var command = locked?.Command ?? [];
        return Decide(locked, new ServerIdentity(source) { Command = command }, observed, DigestOf(locked, observed, null), rules, now);
    }

    /// <summary>Decides about a definition whose digest is known.</summary>
    /// <param name="locked">The server as the lock has it, or null where it has none.</param>
    /// <param name="identity">The server as it is configured now.</param>
    /// <param name="observed">The definition as the server gives it now.</param>
    /// <param name="digest">Its digest by <see cref="DigestOf"/>.</param>
    /// <param name="rules">The conditions under which an approval counts.</param>
    /// <param name="now">The time of the decision.</param>
    public static DefinitionStatus Decide(
        LockedServer? locked, ServerIdentity identity, ServerDefinition observed, string digest, ApprovalRules rules, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(rules);
        if (locked is null)
            return DefinitionStatus.ServerNotLocked;
        if (!locked.Source.Names(identity.Source))
            return DefinitionStatus.SourceDiffers;
        if (locked.Command.Count > 0 && !locked.Command.SequenceEqual(identity.Command, StringComparer.Ordinal))
            return DefinitionStatus.CommandDiffers;
        if (locked.Find(observed.Kind, observed.Name) is not { } known)
            return DefinitionStatus.New;
        return digest == known.Digest ? Approved(locked, known, rules, now) : DefinitionStatus.Different;
    }

    /// <summary>Returns the digest of a definition by the lock's rules for texts that change.</summary>
    /// <param name="locked">The server as the lock has it, or null where it has none.</param>
    /// <param name="observed">The definition.</param>
    /// <param name="plain">Its digest without rules; null computes it.</param>
    public static string DigestOf(LockedServer? locked, ServerDefinition observed, string? plain)
    {
        ArgumentNullException.ThrowIfNull(observed);
        var rules = locked?.Rules ?? [];
        var changes = rules.Any(rule => rule.Kind == observed.Kind && rule.Name == observed.Name);
        return changes || plain is null ? DefinitionDigest.Of(observed, rules) : plain;
    }

    private static DefinitionStatus Approved(LockedServer server, LockedDefinition known, ApprovalRules rules, DateTimeOffset now)
    {
        if (known.Approval is not { } approval || approval.At > now + ClockSkew)
            return DefinitionStatus.NotApproved;
        if (approval.Expires <= now)
            return DefinitionStatus.Expired;
        if (rules.Signatures <= 0)
            return DefinitionStatus.Approved;
        var statement = ApprovalStatement.Bytes(server.Name, server.Source, known.Definition, known.Digest, approval.Expires);
        return ApprovalSignatures.Count(statement, approval.Signatures, rules) >= rules.Signatures
            ? DefinitionStatus.Approved : DefinitionStatus.NotApproved;
    }
}
