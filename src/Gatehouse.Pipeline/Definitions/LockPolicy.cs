using System.Buffers;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// The policy of the lock: a definition is visible if it is locked, equal and approved (TP-02). Approvals and revocations by administrators of a
/// running gateway take precedence over the file.
/// </summary>
/// <param name="file">The lock.</param>
/// <param name="rules">Conditions under which an approval in it counts; from the configuration.</param>
/// <param name="given">Approvals and revocations on this gateway.</param>
/// <param name="identify">Returns the current source of a server.</param>
/// <param name="firstUse">The handling of a server that is not in the lock.</param>
/// <param name="firstUses">The trusted definitions of such servers under trust on first use; null otherwise.</param>
/// <param name="withheld">Receives withheld definitions, so that they can be shown and approved; null for no receiver.</param>
public sealed class LockPolicy(
    LockFile file, ApprovalRules rules, EffectiveApprovals given, Func<ServerSettings, ServerIdentity> identify, FirstUseMode firstUse,
    TrustOnFirstUse? firstUses, WithheldDefinitions? withheld) : IDefinitionPolicy
{
    /// <inheritdoc />
    public string Name => "lock";

    /// <summary>The lock.</summary>
    public LockFile File => file;

    /// <summary>The handling of a server that is not in the lock.</summary>
    public FirstUseMode FirstUse => firstUse;

    /// <summary>Approvals and revocations on this gateway.</summary>
    public EffectiveApprovals Given => given;

    /// <summary>Conditions under which an approval in the file counts.</summary>
    public ApprovalRules Rules => rules;

    /// <inheritdoc />
    public void Observe(ServerSettings server, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions, in DefinitionObservation sight)
    {
        ArgumentNullException.ThrowIfNull(server);
        FirstUsesOf(server)?.Note(server, identify(server), kind, definitions, sight);
    }

    /// <summary>
    /// Returns the trusted definitions of a server under trust on first use; null otherwise. A locked server is known: its further definitions are
    /// new, and not a first use.
    /// </summary>
    public TrustOnFirstUse? FirstUsesOf(ServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return file.Find(server.Name) is null ? firstUses : null;
    }

    /// <summary>Returns the current source of the server.</summary>
    public ServerIdentity Identify(ServerSettings server) => identify(server);

    /// <inheritdoc />
    public DefinitionVerdict Judge(in DefinitionEvaluationRequest question)
    {
        var identity = identify(question.Server);
        var locked = file.Find(question.Server.Name);
        var digest = DefinitionGate.DigestOf(locked, question.Definition, question.Digest);
        var verdict = question.IsRepeated && (locked is not null || firstUse == FirstUseMode.Refuse)
            ? DefinitionVerdict.Withhold(WithheldReasons.Repeated) : Decide(question, identity, locked, digest);
        if (verdict.Withheld is not null) withheld?.Note(question, identity, digest, verdict.Withheld);
        else withheld?.Forget(question.Server.Name, question.Definition.Kind, question.Definition.Name);
        return verdict with { Digest = digest };
    }

    private DefinitionVerdict Decide(in DefinitionEvaluationRequest question, ServerIdentity identity, LockedServer? locked, string digest)
    {
        if (given.Find(question.Server.Name, identity.Source, question.Definition.Kind, question.Definition.Name, digest) is { } own)
            return OfOwn(own, question.At);
        if (locked is null && firstUse == FirstUseMode.Off) return DefinitionVerdict.Visible;
        if (locked is null && firstUses is not null) return OfFirstUse(question, identity, digest, firstUses);
        var standing = DefinitionGate.Decide(locked, identity, question.Definition, digest, rules, question.At);
        var approval = locked?.Find(question.Definition.Kind, question.Definition.Name)?.Approval;
        var until = NextChange(approval, question.At);
        if (WithheldReasons.Of(standing) is not { } why) return new DefinitionVerdict { ApprovedAt = approval!.At, Until = until };
        return new DefinitionVerdict { Withheld = why, Until = until, Instead = StillApproved(question.Definition, locked, standing) };
    }

    private static DefinitionVerdict OfFirstUse(in DefinitionEvaluationRequest question, ServerIdentity identity, string digest, TrustOnFirstUse uses)
    {
        if (uses.TrustedAt(question, identity, digest) is { } trusted) return new DefinitionVerdict { ApprovedAt = trusted };
        var (isSeen, hasName) = uses.Before(question, identity);
        // A definition that was not observed yet will be observed in a moment: the verdict must not be kept.
        if (!isSeen) return new DefinitionVerdict { Withheld = WithheldReasons.Of(DefinitionStatus.New), Until = question.At };
        return new DefinitionVerdict
        {
            Withheld = WithheldReasons.Of(hasName ? DefinitionStatus.Different : DefinitionStatus.New),
            Instead = question.Definition.Kind == DefinitionKind.Capabilities && uses.Single(question, identity) is { } known
                ? StillTheSame(question.Definition, known) : default,
        };
    }

    private static DefinitionVerdict OfOwn(EffectiveApproval own, DateTimeOffset now)
    {
        if (own.IsRevoked) return DefinitionVerdict.Withhold(WithheldReasons.Revoked);
        return own.Expires is { } end && end <= now
            ? DefinitionVerdict.Withhold(WithheldReasons.Of(DefinitionStatus.Expired)!)
            : new DefinitionVerdict { ApprovedAt = own.At, Until = own.Expires ?? DateTimeOffset.MaxValue };
    }

    // An approval that ends, or that begins later, changes the verdict at that time.
    private static DateTimeOffset NextChange(Approval? approval, DateTimeOffset now)
    {
        if (approval is null) return DateTimeOffset.MaxValue;
        if (approval.At > now + DefinitionGate.ClockSkew) return approval.At - DefinitionGate.ClockSkew;
        return approval.Expires is { } end && end > now ? end : DateTimeOffset.MaxValue;
    }

    // The members of changed capabilities that were approved and are unchanged: a new member must not take the others away.
    private ReadOnlyMemory<byte> StillApproved(ServerDefinition observed, LockedServer? locked, DefinitionStatus standing)
    {
        if (observed.Kind != DefinitionKind.Capabilities || standing != DefinitionStatus.Different
            || locked!.Find(observed.Kind, "") is not { } known) return default;
        return rules.Signatures > 0 || known.Approval is null ? default : StillTheSame(observed, known.Definition);
    }

    private static ReadOnlyMemory<byte> StillTheSame(ServerDefinition observed, ServerDefinition known)
    {
        var bytes = observed.Bytes.Span;
        var kept = new ArrayBufferWriter<byte>();
        kept.Write("{"u8);
        foreach (var member in JsonWalk.Members(bytes, observed.Range))
        {
            var name = System.Text.Encoding.UTF8.GetBytes(JsonWalk.String(bytes, member.Name)!);
            if (!JsonWalk.TryFindMember(known.Bytes.Span, known.Range, name, out var before)) continue;
            if (!Canonical(observed.Bytes, member.Value).SequenceEqual(Canonical(known.Bytes, before))) continue;
            if (kept.WrittenCount > 1) kept.Write(","u8);
            kept.Write(bytes[member.Name.Start..member.Name.End]);
            kept.Write(":"u8);
            kept.Write(bytes[member.Value.Start..member.Value.End]);
        }

        kept.Write("}"u8);
        return kept.WrittenMemory;
    }

    private static ReadOnlySpan<byte> Canonical(ReadOnlyMemory<byte> bytes, ByteRange value)
    {
        var text = new ArrayBufferWriter<byte>();
        CanonicalJson.WriteValidated(bytes, value, text, CanonicalNumbers.Exact);
        return text.WrittenSpan;
    }
}
