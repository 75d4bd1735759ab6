using Gatehouse.Audit;

namespace Gatehouse.Range.Doubles;

/// <summary>Leaves what entries say about persons as it is.</summary>
internal sealed class PlainEntries : IEntryProtector
{
    public AuditEntry Protect(AuditEntry entry) => entry;
}
