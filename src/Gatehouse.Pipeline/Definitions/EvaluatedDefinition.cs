using Gatehouse.Audit;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The combined verdict of all policies on one definition. It holds nothing of the definition except its digest.</summary>
public sealed class EvaluatedDefinition
{
    internal EvaluatedDefinition(DefinitionKind kind, string name, string digest, IReadOnlyList<DefinitionVerdict> verdicts)
    {
        Withheld = verdicts.FirstOrDefault(verdict => verdict.Withheld is not null)?.Withheld;
        Digest = verdicts.FirstOrDefault(verdict => verdict.Digest is not null)?.Digest ?? digest;
        ApprovedAt = verdicts.Max(verdict => verdict.ApprovedAt);
        Until = verdicts.Count == 0 ? DateTimeOffset.MaxValue : verdicts.Min(verdict => verdict.Until);
        Instead = verdicts.FirstOrDefault(verdict => !verdict.Instead.IsEmpty)?.Instead ?? default;
        Notes = [.. verdicts.SelectMany(verdict => verdict.Notes)];
        InForce = new AuditPart(AuditPartKind.Definition, Withheld is null ? AuditOutcome.InForce : AuditOutcome.Withheld, Withheld, Digest);
        Listed = Withheld is null ? null : DefinitionAuditParts.Of(kind, name, Withheld, Digest);
    }

    /// <summary>Slug of the reason why no caller may see it; null when it is visible.</summary>
    public string? Withheld { get; }

    /// <summary>The digest that represents it.</summary>
    public string Digest { get; }

    /// <summary>Time at which a person approved exactly this definition.</summary>
    public DateTimeOffset? ApprovedAt { get; }

    /// <summary>End of the verdict's validity.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>The permitted part of withheld capabilities.</summary>
    public ReadOnlyMemory<byte> Instead { get; }

    /// <summary>Parts to record with each use.</summary>
    public IReadOnlyList<AuditPart> Notes { get; }

    /// <summary>The part of a call's event, created once: hot paths add it without allocating.</summary>
    internal AuditPart InForce { get; }

    /// <summary>The part of a list's event that reports a withheld entry; null for a visible one.</summary>
    internal AuditPart? Listed { get; }
}
