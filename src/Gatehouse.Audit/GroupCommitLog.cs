using System.Buffers;

namespace Gatehouse.Audit;

/// <summary>
/// The log on disk: entries that arrive while a commit is under way share the next one (one write, one fdatasync).
/// </summary>
/// <remarks>
/// A caller that finds the log quiet makes the commit itself, which saves two thread switches. Otherwise the committer
/// thread does: a caller's thread belongs to a pool that has other callers to serve while the disk works.
/// A failed sync is never retried on the same file: the kernel may have dropped the dirty pages and would report
/// success for data that is gone. The segment is left as it is and the next commit begins a new one (AU-06).
/// </remarks>
public sealed class GroupCommitLog : IAuditLog
{
    // Entries that nobody waits for stay in memory for at most twice this, so that they share a commit.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);

    private readonly object gate = new(); // a monitor, because the committer waits on it without spinning
    private readonly SegmentWriter segments;
    private readonly int maxQueued;
    private readonly Task committer;
    private Batch current = new();
    private Batch? spare;
    private bool committing;
    private bool asleep; // the committer waits for any entry at all
    private bool busy;   // the last commit had several waiters
    private bool stopping;
    private long sequence;
    private AuditLogStatistics statistics;
    private volatile bool available = true;

    /// <summary>Opens the log in the folder that the options name.</summary>
    public static GroupCommitLog Open(AuditLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new GroupCommitLog(options, new LogDirectory(options.Directory));
    }

    /// <summary>Opens the log over a folder of the caller's.</summary>
    public GroupCommitLog(AuditLogOptions options, ILogDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(options);
        segments = new SegmentWriter(options, directory);
        maxQueued = options.MaxQueued;
        committer = Task.Factory.StartNew(
            CommitQueued, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc />
    public bool IsAvailable => available;

    /// <inheritdoc />
    public AuditLogStatistics Statistics
    {
        get
        {
            lock (gate) return statistics;
        }
    }

    /// <inheritdoc />
    public ValueTask AppendDurableAsync(AuditEntry entry) => AppendAsync(entry, mayCommitHere: true);

    /// <inheritdoc />
    public ValueTask AppendDurableBesideAsync(AuditEntry entry) => AppendAsync(entry, mayCommitHere: false);

    /// <inheritdoc />
    public bool TryAppend(AuditEntry entry)
    {
        lock (gate)
        {
            if (!Enqueue(entry)) return false;
            if (asleep && !committing) Monitor.PulseAll(gate);
        }

        return true;
    }

    /// <inheritdoc />
    public async ValueTask FlushAsync()
    {
        Task durable;
        lock (gate)
        {
            if (current.Count == 0) return;
            current.Waiters++;
            durable = current.Durable;
            Monitor.PulseAll(gate);
        }

        try
        {
            await durable.ConfigureAwait(false);
        }
        catch (AuditUnavailableException)
        {
            // The failure is in Statistics; who flushes only wants to know that nothing is under way.
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }

        await committer.ConfigureAwait(false);
        segments.Dispose();
    }

    private ValueTask AppendAsync(AuditEntry entry, bool mayCommitHere)
    {
        Batch mine;
        lock (gate)
        {
            if (!Enqueue(entry)) return ValueTask.FromException(new AuditUnavailableException("the audit queue is full"));
            mine = current;
            mine.Waiters++;
            if (committing || busy || !mayCommitHere)
            {
                if (!committing && mine.Waiters == 1) Monitor.PulseAll(gate);
                return new ValueTask(mine.Durable);
            }

            BeginCommit();
        }

        var failure = Commit(mine);
        EndCommit(mine);
        return failure is null ? ValueTask.CompletedTask : ValueTask.FromException(failure);
    }

    private bool Enqueue(AuditEntry entry)
    {
        if (stopping || current.Count >= maxQueued)
        {
            statistics = statistics with { Lost = statistics.Lost + 1 };
            return false;
        }

        AuditEntryFormat.Write(entry, ++sequence, current.Buffer);
        current.Count++;
        return true;
    }

    private void BeginCommit()
    {
        committing = true;
        busy = current.Waiters > 1;
        current = spare ?? new Batch();
        spare = null;
    }

    private AuditUnavailableException? Commit(Batch batch)
    {
        AuditUnavailableException? failure = null;
        try
        {
            segments.Append(batch.Buffer.WrittenSpan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e as AuditUnavailableException ?? new AuditUnavailableException(e.Message, e);
        }

        available = failure is null;
        Count(batch, failure is null);
        batch.Complete(failure);
        return failure;
    }

    private void Count(Batch batch, bool durable)
    {
        lock (gate)
        {
            statistics = durable
                ? statistics with { Entries = statistics.Entries + batch.Count, Commits = statistics.Commits + 1 }
                : statistics with { Lost = statistics.Lost + batch.Count, Failures = statistics.Failures + 1 };
        }
    }

    private void EndCommit(Batch batch)
    {
        lock (gate)
        {
            committing = false;
            spare = batch.Renewed();
            if (stopping || current.Waiters > 0 || (asleep && current.Count > 0)) Monitor.PulseAll(gate);
        }
    }

    private void CommitQueued()
    {
        while (Next() is { } batch)
        {
            Commit(batch);
            EndCommit(batch);
        }
    }

    /// <summary>Waits for the next batch that is the committer's to write; null when the log is closed.</summary>
    private Batch? Next()
    {
        lock (gate)
        {
            while (committing || current.Waiters == 0)
            {
                if (stopping && !committing && current.Count == 0) return null;
                if (stopping && !committing) break;
                if (!Lingered()) continue;
                break;
            }

            var batch = current;
            BeginCommit();
            return batch;
        }
    }

    // True when the entries that nobody waits for have waited long enough. A caller that commits meanwhile takes them along.
    private bool Lingered()
    {
        var waiting = current;
        asleep = committing || waiting.Count == 0;
        var signalled = asleep ? Monitor.Wait(gate) : Monitor.Wait(gate, Linger);
        asleep = false;
        return !signalled && !committing && ReferenceEquals(waiting, current) && current.Count > 0;
    }

    private sealed class Batch
    {
        // A buffer that a burst made larger than this is left to the collector.
        private const int LargestKept = 256 << 10;

        private TaskCompletionSource? durable;

        public ArrayBufferWriter<byte> Buffer { get; private init; } = new(4096);

        public int Count { get; set; }

        /// <summary>Callers that wait for this batch.</summary>
        public int Waiters { get; set; }

        /// <summary>Ends when the batch is durable; made only where somebody waits. Asked for under the gate.</summary>
        public Task Durable => (durable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        /// <summary>An empty batch over the same buffer, for after the commit.</summary>
        public Batch? Renewed()
        {
            if (Buffer.Capacity > LargestKept) return null;
            Buffer.ResetWrittenCount();
            return new Batch { Buffer = Buffer };
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
            _ = durable.Task.Exception; // entries that nobody waits for must not end the process
        }
    }
}
