using Gatehouse.Audit;

namespace Gatehouse.Gateway.Tests;

/// <summary>A log that breaks, or takes its time, on request.</summary>
internal sealed class BrokenLog : IAuditLog
{
    private readonly List<AuditEntry> durable = [];

    public bool Broken { get; set; }

    public TaskCompletionSource? Hold { get; set; }

    public IReadOnlyList<AuditEntry> Durable
    {
        get
        {
            lock (durable) return [.. durable];
        }
    }

    public bool IsAvailable => !Broken;

    public AuditLogStatistics Statistics => default;

    public async ValueTask AppendDurableAsync(AuditEntry entry)
    {
        if (Broken) throw new AuditUnavailableException("broken for the test");
        lock (durable) durable.Add(entry);
        if (Hold is not null) await Hold.Task;
    }

    public bool TryAppend(AuditEntry entry) => !Broken;

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
