using System.Collections.Concurrent;
using Gatehouse.Audit;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>A log that keeps its entries in memory, and lets a test act before a durable one is acknowledged.</summary>
internal sealed class ObservedLog : IAuditLog
{
    private readonly ConcurrentQueue<AuditEntry> entries = new();

    /// <summary>Runs with each durable entry. The entry is acknowledged when the task ends; a fault is one of the log.</summary>
    public Func<AuditEntry, Task>? OnDurable { get; set; }

    /// <summary>All entries, also those that are not acknowledged yet.</summary>
    public IReadOnlyList<AuditEntry> Entries => [.. entries];

    /// <summary>True when its owner has closed it.</summary>
    public bool IsClosed { get; private set; }

    public bool IsAvailable => true;

    public AuditLogStatistics Statistics => default;

    public static string? Fact(AuditEntry entry, string name) => entry.Facts.FirstOrDefault(fact => fact.Key == name).Value;

    /// <summary>The entries of a control act.</summary>
    public IEnumerable<AuditEntry> Of(string act) => Entries.Where(entry => Fact(entry, "act") == act);

    public async ValueTask AppendDurableAsync(AuditEntry entry)
    {
        entries.Enqueue(entry);
        if (OnDurable is { } act) await act(entry);
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
        return ValueTask.CompletedTask;
    }
}

/// <summary>An entry that is held until the test lets it be acknowledged.</summary>
internal sealed class HeldEntry(string act)
{
    private readonly TaskCompletionSource<AuditEntry> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the entry when it is asked for.</summary>
    public Task<AuditEntry> Asked => asked.Task;

    /// <summary>Lets it, and all later ones, be acknowledged.</summary>
    public void Release() => released.SetResult();

    /// <summary>For <see cref="ObservedLog.OnDurable"/>.</summary>
    public Task OnDurable(AuditEntry entry)
    {
        if (ObservedLog.Fact(entry, "act") != act) return Task.CompletedTask;
        asked.TrySetResult(entry);
        return released.Task;
    }
}
