using System.Buffers;

namespace Gatehouse.Audit;

/// <summary>
/// The log on disk: entries that arrive while a commit is under way share the next one (one write, one fdatasync).
/// </summary>
/// <remarks>
/// A caller that finds no commit under way makes it itself; this saves two thread switches on a quiet gateway. When
/// others have queued meanwhile, the committer thread goes on, so no caller commits twice.
/// A failed sync is never retried on the same file: the kernel may have dropped the dirty pages and would report
/// success for data that is gone. The segment is left as it is and the next commit begins a new one (AU-06).
/// </remarks>
public sealed class GroupCommitLog : IAuditLog
{
    // How long entries that nobody waits for may stay in memory, so that they share a commit.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly SegmentWriter segments;
    private readonly int maxQueued;
    private readonly SemaphoreSlim wake = new(0);
    private readonly Task committer;
    private Batch current = new();
    private bool committing;
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
    public ValueTask AppendDurableAsync(AuditEntry entry)
    {
        Batch mine;
        lock (gate)
        {
            if (!Enqueue(entry)) return ValueTask.FromException(new AuditUnavailableException("the audit queue is full"));
            mine = current;
            mine.Awaited = true;
            if (committing)
                return new ValueTask(mine.Durable);
            BeginCommit();
        }

        var failure = Commit(mine);
        EndCommit();
        return failure is null ? ValueTask.CompletedTask : ValueTask.FromException(failure);
    }

    /// <inheritdoc />
    public bool TryAppend(AuditEntry entry)
    {
        bool first;
        lock (gate)
        {
            if (!Enqueue(entry)) return false;
            first = current.Count == 1 && !committing;
        }

        if (first) wake.Release();
        return true;
    }

    /// <inheritdoc />
    public async ValueTask FlushAsync()
    {
        Task? durable = null;
        lock (gate)
        {
            if (current.Count > 0)
            {
                current.Awaited = true;
                durable = current.Durable;
            }
        }

        if (durable is null) return;
        wake.Release();
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
        lock (gate) stopping = true;
        wake.Release();
        await committer.ConfigureAwait(false);
        segments.Dispose();
        wake.Dispose();
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
        current = new Batch();
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

    private void EndCommit()
    {
        bool more;
        lock (gate)
        {
            committing = false;
            more = current.Count > 0;
        }

        if (more) wake.Release();
    }

    private void CommitQueued()
    {
        while (true)
        {
            // Signals may be taken by the linger below, so what decides is the state, never their number.
            if (!IsStopping) wake.Wait();
            LingerUnlessAwaited();
            Batch batch;
            lock (gate)
            {
                if (current.Count == 0 && stopping && !committing) return;
                if (committing || current.Count == 0) continue;
                batch = current;
                BeginCommit();
            }

            Commit(batch);
            EndCommit();
        }
    }

    private bool IsStopping
    {
        get
        {
            lock (gate) return stopping;
        }
    }

    private void LingerUnlessAwaited()
    {
        lock (gate)
        {
            if (current.Awaited || current.Count == 0 || stopping) return;
        }

        // A durable entry that arrives meanwhile commits the whole batch itself; a flush wakes us.
        wake.Wait(Linger);
    }

    private sealed class Batch
    {
        private readonly TaskCompletionSource durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ArrayBufferWriter<byte> Buffer { get; } = new(4096);

        public int Count { get; set; }

        public bool Awaited { get; set; }

        public Task Durable => durable.Task;

        public void Complete(AuditUnavailableException? failure)
        {
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
