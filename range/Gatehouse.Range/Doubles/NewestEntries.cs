using System.Text;
using Gatehouse.Audit;

namespace Gatehouse.Range.Doubles;

/// <summary>An audit log that keeps the newest entries.</summary>
internal sealed class NewestEntries(NewestLines lines) : IAuditLog
{
    public bool IsAvailable => true;

    public AuditLogStatistics Statistics => default;

    public ValueTask AppendDurableAsync(AuditEntry entry)
    {
        TryAppend(entry);
        return ValueTask.CompletedTask;
    }

    public bool TryAppend(AuditEntry entry)
    {
        lines.Add(Encoding.UTF8.GetString(AuditEntryFormat.Bytes(entry, 1)));
        return true;
    }

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
