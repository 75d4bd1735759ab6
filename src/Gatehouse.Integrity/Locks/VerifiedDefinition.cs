using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>One definition compared with the lock and judged.</summary>
/// <param name="Finding">The comparison with the lock.</param>
/// <param name="Standing">The decision whether it may be seen; null for one that is missing, and for one that cannot be pinned.</param>
/// <param name="Digest">Its digest now, or null when it is missing or cannot be pinned.</param>
public sealed record VerifiedDefinition(LockFinding Finding, DefinitionStatus? Standing, string? Digest)
{
    /// <summary>The kind.</summary>
    public DefinitionKind Kind => (Finding.Observed ?? Finding.Locked!.Definition).Kind;

    /// <summary>The name; text from outside.</summary>
    public string Name => (Finding.Observed ?? Finding.Locked!.Definition).Name;

    /// <summary>True when it is as it must be. Missing is normal where callers see different lists.</summary>
    public bool IsGood => Finding.State == LockState.Missing || Standing == DefinitionStatus.Approved;
}
