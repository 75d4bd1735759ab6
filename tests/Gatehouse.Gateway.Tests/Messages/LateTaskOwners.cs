using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Messages;

/// <summary>Owners of tasks in a store that answers when it is told to; before, whoever asks waits.</summary>
internal sealed class LateTaskOwners(ITaskOwnerStore inner) : ITaskOwnerStore
{
    private volatile TaskCompletionSource reads = NewGate();
    private volatile TaskCompletionSource writes = NewGate();

    public int RowLimit => inner.RowLimit;

    public void Hold() => (reads, writes) = (NewGate(), NewGate());

    public void AnswerReads() => reads.TrySetResult();

    public void Answer()
    {
        reads.TrySetResult();
        writes.TrySetResult();
    }

    public async ValueTask<bool> AddAsync(TaskOwnerRow row, int mostOfCaller, CancellationToken cancellation)
    {
        await writes.Task.WaitAsync(cancellation);
        return await inner.AddAsync(row, mostOfCaller, cancellation);
    }

    public async ValueTask<byte[]?> FindAsync(string server, ReadOnlyMemory<byte> task, DateTimeOffset now, CancellationToken cancellation)
    {
        await reads.Task.WaitAsync(cancellation);
        return await inner.FindAsync(server, task, now, cancellation);
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
