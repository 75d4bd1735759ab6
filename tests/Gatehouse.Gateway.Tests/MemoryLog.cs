using System.Collections.Concurrent;
using Gatehouse.Audit;

namespace Gatehouse.Gateway.Tests;

/// <summary>A log that keeps every entry in memory.</summary>
internal sealed class MemoryLog : IAuditLog
{
    private readonly ConcurrentQueue<AuditEntry> entries = new();

    public IReadOnlyList<AuditEntry> Entries => [.. entries];

    /// <summary>A generation that a test wants to remember.</summary>
    public long Generation { get; set; }

    /// <summary>True when its owner has closed it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The fault that closing it ends with.</summary>
    public Exception? CloseFault { get; init; }

    public bool IsAvailable => true;

    public AuditLogStatistics Statistics => default;

    public ValueTask AppendDurableAsync(AuditEntry entry)
    {
        entries.Enqueue(entry);
        return ValueTask.CompletedTask;
    }

    public bool TryAppend(AuditEntry entry)
    {
        entries.Enqueue(entry);
        return true;
    }

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return CloseFault is null ? ValueTask.CompletedTask : ValueTask.FromException(CloseFault);
    }
}
