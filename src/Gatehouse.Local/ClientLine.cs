using Gatehouse.Identity.Partitions;
using Gatehouse.Ipc;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Local;

/// <summary>One line of a wrapped server's client: the message as the stages read it, and the moment when the next may follow.</summary>
/// <param name="number">The wrapper's number of the line.</param>
/// <param name="bytes">The line, or null when it was too long and is gone.</param>
/// <param name="head">Its method and id, read without validation.</param>
/// <param name="budget">The budget of all messages in memory.</param>
internal sealed class ClientLine(long number, byte[]? bytes, LineHead head, ByteBudget budget) : IMessageSource, IDisposable
{
    private readonly TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CallerPartition owner;
    private int taken;

    public long Number => number;

    public LineHead Head => head;

    /// <summary>Completes when the server has the message: later messages of the client must not come before it.</summary>
    public Task Passed => passed.Task;

    public Action Written => LetOthersPass;

    public void LetOthersPass() => passed.TrySetResult();

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CallerPartition caller, int maxBytes, CancellationToken cancellation)
    {
        if (bytes is null || bytes.Length > maxBytes) throw new RefusalException(Reasons.BodyTooLarge, "line");
        owner = caller;
        budget.Take(caller, bytes.Length, maxBytes);
        taken = bytes.Length;
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(bytes);
    }

    public void Dispose()
    {
        passed.TrySetResult();
        if (taken > 0) budget.Return(owner, taken);
        taken = 0;
    }
}
