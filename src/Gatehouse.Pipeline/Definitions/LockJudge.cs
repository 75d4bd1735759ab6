using System.Buffers;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// What the lock says: seen is what is locked, equal and approved (TP-02). What administrators of a running gateway approved or
/// took back counts before the file.
/// </summary>
/// <param name="file">The lock.</param>
/// <param name="rules">What makes an approval in it count; from the configuration.</param>
/// <param name="given">What was approved and revoked on this gateway.</param>
/// <param name="identify">Where a server comes from now.</param>
/// <param name="firstUses">Trust on first use, where it was chosen; null trusts nothing.</param>
/// <param name="withheld">Told of what is withheld, so that it can be shown and approved; null tells nobody.</param>
public sealed class LockJudge(
    LockFile file, ApprovalRules rules, GivenApprovals given, Func<ServerSettings, ServerIdentity> identify, FirstUses? firstUses, WithheldDefinitions? withheld) : IDefinitionJudge
{
    /// <inheritdoc />
    public string Name => "lock";

    /// <summary>The lock.</summary>
    public LockFile File => file;

    /// <summary>What was approved and revoked on this gateway.</summary>
    public GivenApprovals Given => given;

    /// <summary>What makes an approval in the file count.</summary>
    public ApprovalRules Rules => rules;

    /// <inheritdoc />
    public void Observe(ServerSettings server, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(server);
        // A server that somebody locked is known: what it has besides is new, not a first use.
        if (firstUses is not null && file.Find(server.Name) is null) firstUses.Note(server.Name, identify(server), kind, definitions, at);
    }

    /// <inheritdoc />
    public DefinitionVerdict Judge(in DefinitionQuestion question)
    {
        var identity = identify(question.Server);
        var locked = file.Find(question.Server.Name);
        var digest = DefinitionGate.DigestOf(locked, question.Definition, question.Digest);
        var verdict = question.IsRepeated ? DefinitionVerdict.Withhold(WithheldReasons.Repeated) : Decide(question, identity, locked, digest);
        if (verdict.Withheld is not null) withheld?.Note(question, identity, digest, verdict.Withheld);
        else withheld?.Forget(question.Server.Name, question.Definition.Kind, question.Definition.Name);
        return verdict with { Digest = digest };
    }

    private DefinitionVerdict Decide(in DefinitionQuestion question, ServerIdentity identity, LockedServer? locked, string digest)
    {
        if (given.Find(question.Server.Name, identity.Source, question.Definition.Kind, question.Definition.Name, digest) is { } own)
            return OfOwn(own, question.At);
        if (locked is null && firstUses?.TrustedAt(question.Server.Name, identity, question.Definition.Kind, question.Definition.Name, digest) is { } trusted)
            return new DefinitionVerdict { ApprovedAt = trusted };
        var standing = DefinitionGate.Decide(locked, identity, question.Definition, digest, rules, question.At);
        var approval = locked?.Find(question.Definition.Kind, question.Definition.Name)?.Approval;
        var until = NextChange(approval, question.At);
        if (WithheldReasons.Of(standing) is not { } why) return new DefinitionVerdict { ApprovedAt = approval!.At, Until = until };
        return new DefinitionVerdict { Withheld = why, Until = until, Instead = StillApproved(question.Definition, locked, standing) };
    }

    private static DefinitionVerdict OfOwn(GivenApproval own, DateTimeOffset now)
    {
        if (own.IsRevoked) return DefinitionVerdict.Withhold(WithheldReasons.Revoked);
        return own.Expires is { } end && end <= now
            ? DefinitionVerdict.Withhold(WithheldReasons.Of(DefinitionStanding.Expired)!)
            : new DefinitionVerdict { ApprovedAt = own.At, Until = own.Expires ?? DateTimeOffset.MaxValue };
    }

    // An approval that ends, or that begins later, changes the answer then.
    private static DateTimeOffset NextChange(Approval? approval, DateTimeOffset now)
    {
        if (approval is null) return DateTimeOffset.MaxValue;
        if (approval.At > now + DefinitionGate.ClockSkew) return approval.At - DefinitionGate.ClockSkew;
        return approval.Expires is { } end && end > now ? end : DateTimeOffset.MaxValue;
    }

    // Of capabilities that differ, the members that were approved and are the same: one that is new must not take the others away.
    private ReadOnlyMemory<byte> StillApproved(ServerDefinition observed, LockedServer? locked, DefinitionStanding standing)
    {
        if (observed.Kind != DefinitionKind.Capabilities || standing != DefinitionStanding.Different || locked!.Find(observed.Kind, "") is not { } known) return default;
        if (rules.Signatures > 0 || known.Approval is null) return default;
        var bytes = observed.Bytes.Span;
        var kept = new ArrayBufferWriter<byte>();
        kept.Write("{"u8);
        foreach (var member in JsonWalk.Members(bytes, observed.Range))
        {
            var name = System.Text.Encoding.UTF8.GetBytes(JsonWalk.String(bytes, member.Name)!);
            if (!JsonWalk.TryFindMember(known.Definition.Bytes.Span, known.Definition.Range, name, out var before)) continue;
            if (!Canonical(observed.Bytes, member.Value).SequenceEqual(Canonical(known.Definition.Bytes, before))) continue;
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
        CanonicalJson.WriteProven(bytes, value, text, CanonicalNumbers.Exact);
        return text.WrittenSpan;
    }
}
