using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>Entries that share one commit: one write of the journal and one sync.</summary>
internal sealed class CommitBatch
{
    // A buffer that a burst made larger than this is left to the collector.
    private const int LargestKept = 256 << 10;

    private TaskCompletionSource? durable;

    /// <summary>Begins a batch with a new buffer and tally.</summary>
    public CommitBatch()
        : this(new FrameBuffer(), new AttemptTally())
    {
    }

    private CommitBatch(FrameBuffer frames, AttemptTally attempts)
    {
        (Frames, Attempts) = (frames, attempts);
    }

    /// <summary>The entries.</summary>
    public FrameBuffer Frames { get; }

    /// <summary>Payloads that the entries name. They are on stable storage already.</summary>
    public List<AuditPayload> Payloads { get; } = [];

    /// <summary>The number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes that they take.</summary>
    public int Bytes => Frames.Length;

    /// <summary>The index of the first entry in the log; known when the batch is stored.</summary>
    public long FirstIndex { get; set; }

    /// <summary>Lost entries that this batch reports.</summary>
    public long Lost { get; set; }

    /// <summary>The moment when the first of them was lost.</summary>
    public DateTimeOffset LostSince { get; set; }

    /// <summary>
    /// Attempts in entries that no caller waits for. If the batch fails they go into the entry about the loss. A caller that waits learns of the
    /// failure and records its attempt in another entry.
    /// </summary>
    public AttemptTally Attempts { get; }

    /// <summary>Callers that wait for this batch.</summary>
    public int Waiters { get; set; }

    /// <summary>Ends when the batch is durable. Made only where a caller waits. Asked for under the gate.</summary>
    public Task Durable => (durable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Adds an entry and returns its hash.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="body">What follows its head.</param>
    /// <param name="payload">The payload that it names; null for none.</param>
    public TreeHash Add(long sequence, ReadOnlySpan<byte> body, AuditPayload? payload)
    {
        var leaf = Frames.Add(sequence, body); // first: an entry that is too long is not counted
        Count++;
        if (payload is not null) Payloads.Add(payload);
        return leaf;
    }

    /// <summary>Returns an empty batch over the same buffer, for after the commit. Null if a burst made the buffer too large.</summary>
    public CommitBatch? Renewed()
    {
        if (Frames.Capacity > LargestKept) return null;
        Frames.Clear();
        Attempts.Clear();
        return new CommitBatch(Frames, Attempts);
    }

    public void Complete(AuditUnavailableException? failure)
    {
        if (durable is null) return;
        if (failure is null)
        {
            durable.SetResult();
            return;
        }

        durable.SetException(failure);
        _ = durable.Task.Exception; // entries that are not awaited must not end the process
    }
}
