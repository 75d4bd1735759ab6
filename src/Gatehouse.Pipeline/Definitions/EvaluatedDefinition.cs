using Gatehouse.Audit;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>What all judges together said of one definition. It holds nothing of the definition but its digest.</summary>
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
        Listed = Withheld is null ? null : DefinitionAuditParts.Of(kind, name, Withheld);
    }

    /// <summary>Slug of the reason why nobody may see it; null when it may be seen.</summary>
    public string? Withheld { get; }

    /// <summary>The digest that it stands under.</summary>
    public string Digest { get; }

    /// <summary>When somebody approved exactly this.</summary>
    public DateTimeOffset? ApprovedAt { get; }

    /// <summary>Until when this holds.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>Of withheld capabilities what may be said instead.</summary>
    public ReadOnlyMemory<byte> Instead { get; }

    /// <summary>What is to be noted with each use.</summary>
    public IReadOnlyList<AuditPart> Notes { get; }

    /// <summary>The part of a call's event, made once: hot paths add it without allocating.</summary>
    internal AuditPart InForce { get; }

    /// <summary>The part of a list's event that tells of a withheld entry; null for one that is seen.</summary>
    internal AuditPart? Listed { get; }
}
