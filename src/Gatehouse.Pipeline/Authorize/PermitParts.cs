using System.Runtime.CompilerServices;
using Gatehouse.Audit;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// The parts of entries about permits. Few rules permit nearly all requests, so the part of a rule is made once and shared. Safe for concurrent use:
/// at worst two threads make equal parts.
/// </summary>
internal sealed class PermitParts
{
    private readonly AuditPart?[] known = new AuditPart?[64];

    /// <summary>Returns the part of a permit.</summary>
    /// <param name="reason">The reason of the decision.</param>
    /// <param name="rule">The rule that permits; null for none. Compared by reference: each rule has its own text.</param>
    public AuditPart Of(string? reason, string? rule)
    {
        ref var place = ref known[(uint)RuntimeHelpers.GetHashCode(rule) % (uint)known.Length];
        if (Volatile.Read(ref place) is { } part && ReferenceEquals(part.Detail, rule) && part.Reason == reason) return part;
        var made = new AuditPart(AuditPartKind.Decision, AuditOutcome.Permit, reason, rule);
        Volatile.Write(ref place, made);
        return made;
    }
}
