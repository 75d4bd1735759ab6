namespace Gatehouse.Testing.Stores;

/// <summary>What the tables of one store in memory share: the order of their reads and writes, the clock, and the end.</summary>
internal sealed class InMemoryTables(Lock gate, TimeProvider time)
{
    private bool isClosed;

    public DateTimeOffset Now => time.GetUtcNow();

    public void Close()
    {
        lock (gate) isClosed = true;
    }

    /// <summary>A read or a write as a whole. Its faults are those of the task, as those of a store on a disk are.</summary>
    public ValueTask<T> RunAsync<T>(Func<T> act, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellation);
        try
        {
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(isClosed, typeof(InMemoryStore));
                return ValueTask.FromResult(act());
            }
        }
#pragma warning disable CA1031 // Any fault is the caller's.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return ValueTask.FromException<T>(fault);
        }
    }
}
