using Gatehouse.Audit;

namespace Gatehouse.Bench.Micro;

/// <summary>A log in memory whose entries are durable only when they are released.</summary>
internal sealed class WaitingLog(Waits waits) : IAuditLog
{
    private readonly InPlaceLog log = new();

    public bool IsAvailable => log.IsAvailable;

    public AuditLogStatistics Statistics => log.Statistics;

    public ValueTask AppendDurableAsync(AuditEntry entry)
    {
        log.TryAppend(entry);
        return new ValueTask(waits.For(0).AsTask());
    }

    public bool TryAppend(AuditEntry entry) => log.TryAppend(entry);

    public ValueTask FlushAsync() => log.FlushAsync();

    public ValueTask DisposeAsync() => log.DisposeAsync();
}
