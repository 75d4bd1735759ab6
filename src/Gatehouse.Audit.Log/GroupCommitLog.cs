using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The log on disk. Entries that arrive while a commit is under way share the next one (one write of the journal, one fdatasync). Behind it they are
/// put into a Merkle tree, and checkpoints over it are signed (<see cref="TreeIntegrator"/>).
/// </summary>
/// <remarks>
/// A caller that finds the log quiet makes the commit itself, which saves two thread switches. Otherwise the committer
/// thread does: a caller's thread belongs to a pool that has other callers to serve while the disk works.
/// A failed sync is never retried on the same file: the kernel may have dropped the dirty pages and would report
/// success for data that is gone. The segment is left as it is and the next commit begins a new one (AU-06).
/// <para>Entries that could not be recorded are counted. The log writes an entry with their number and time as soon as it can.</para>
/// <para>The part of the log and of its queue for one owner's entries is bounded (<see cref="OwnerLedger"/>).</para>
/// </remarks>
public sealed class GroupCommitLog : IAuditLog
{
    // Entries that are not awaited stay in memory for at most twice this, so that they share a commit.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);

    // The shortest interval between two looks at the volume on request.
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    private readonly object gate = new(); // a monitor, because the committer waits on it without spinning
    private readonly TimeProvider time;
    private readonly LogFiles files;
    private readonly EntrySealing sealing;
    private readonly LostEntries lost;
    private readonly StoredLosses losses;
    private readonly EntryQueue queue;
    private readonly QueuedCounts counts;
    private readonly Task committer;
    private bool committing;
    private bool asleep; // the committer waits for any entry at all
    private bool busy;   // the last commit had several waiters
    private bool stopping;
    private bool haveLastLossesBeenTried;
    private AuditLogStatistics statistics;
    private long unrecorded;
    private long lookedAt;

    /// <summary>Opens the log in the folder that the options name.</summary>
    /// <param name="options">The place and the bounds.</param>
    /// <param name="keys">The keys that sign checkpoints.</param>
    public static GroupCommitLog Open(AuditLogOptions options, ILogKeys keys)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new GroupCommitLog(options, new LogFolder(options.Directory), keys);
    }

    /// <summary>Opens the log over a folder, which it owns from now on. A folder that cannot be used is tried again later.</summary>
    public GroupCommitLog(AuditLogOptions options, ILogFolder folder, ILogKeys keys)
    {
        ArgumentNullException.ThrowIfNull(options);
        time = options.Time;
        lookedAt = time.GetTimestamp();
        files = new LogFiles(options, folder, keys);
        sealing = new EntrySealing(options.Protector, time);
        lost = new LostEntries(time);
        losses = new StoredLosses(keys, files, gate, lost);
        queue = new EntryQueue(options, files, lost, losses);
        counts = new QueuedCounts(gate, queue, sealing, lost);
        lock (gate) queue.TryOpen();
        if (files.Fault is null) files.Look();
        committer = Task.Factory.StartNew(
            CommitQueued, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc />
    public bool IsAvailable
    {
        get
        {
            Probe();
            return WhyUnavailable is null;
        }
    }

    /// <inheritdoc />
    public string? WhyUnavailable => files.Fault ?? sealing.Fault;

    /// <inheritdoc />
    public AuditLogStatistics Statistics
    {
        get
        {
            lock (gate)
            {
                var first = files.Log?.FirstEntries.Count ?? 0; // in one commit, before the first batch
                return statistics with
                {
                    Entries = statistics.Entries + first,
                    Commits = statistics.Commits + (first > 0 ? 1 : 0),
                    Lost = lost.Total,
                    Joined = queue.Joined,
                    Owners = queue.Owners,
                    Unrecorded = Interlocked.Read(ref unrecorded),
                    Queued = queue.Current.Count,
                    QueuedBytes = queue.Current.Bytes,
                    Bytes = files.Space.Bytes,
                    RoomBytes = files.Space.Room,
                    FreeBytes = files.Space.Free,
                    Origin = files.Log?.Origin,
                    Folder = files.Log?.Name,
                    Succession = files.Log?.Succession,
                    Size = files.Log?.Segments.Committed ?? 0,
                    PublishedSize = files.Log is null ? 0 : files.Tree!.Published,
                    Uncovered = files.Tree?.Uncovered ?? TimeSpan.Zero,
                    TreeFault = files.Tree?.Fault,
                };
            }
        }
    }

    /// <inheritdoc />
    public bool HasRoomFor(object? owner)
    {
        if (owner is null) return true;
        lock (gate) return queue.HasRoomFor(owner);
    }

    /// <inheritdoc />
    public void CountUnrecorded() => Interlocked.Increment(ref unrecorded);

    /// <inheritdoc />
    public bool MayPromise => files.Tree is not { } tree || tree.Uncovered < Receipt.Within / 2;

    /// <inheritdoc />
    public bool TryCountReceipt(object? owner, bool isRefusal = false)
    {
        lock (gate) return queue.TryCountReceipt(owner, isRefusal);
    }

    /// <inheritdoc />
    public ValueTask AppendDurableAsync(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return AppendAsync(entry, null);
    }

    /// <inheritdoc />
    public async ValueTask<string> AppendPromisedAsync(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(entry.Receipt);
        var promised = new PromisedEntry(entry.Receipt);
        await AppendAsync(entry, promised).ConfigureAwait(false);
        return promised.Sign(files.Log!, time.GetUtcNow());
    }

    /// <inheritdoc />
    public ValueTask AppendOrCountAsync(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return AppendAsync(entry, null, mayJoin: true);
    }

    private ValueTask AppendAsync(AuditEntry entry, PromisedEntry? promised, bool mayJoin = false)
    {
        if (Prepare(ref entry, isAwaited: !mayJoin) is { } unprepared) return ValueTask.FromException(unprepared);
        counts.Add(JoinedScope.Due);
        var body = AuditEntryWriter.OfThread.Body(entry);
        CommitBatch mine;
        lock (gate)
        {
            var admission = queue.Admit(entry, body, mayJoin, promised);
            if (admission != Admission.Taken)
            {
                if (entry.Payload is not null) Withdraw(entry);
                return admission == Admission.Joined ? ValueTask.CompletedTask : ValueTask.FromException(NotTaken(admission));
            }

            mine = queue.Current;
            mine.Waiters++;
            if (committing || busy)
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

    /// <inheritdoc />
    public bool TryAppend(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (Prepare(ref entry, isAwaited: false) is { } unprepared)
        {
            if (!unprepared.IsPartSpent) return false;
            entry = entry with { Payload = null }; // it is counted, as it would be without a payload
        }

        counts.Add(JoinedScope.Due);
        var body = entry.IsOnlyCounted ? default : AuditEntryWriter.OfThread.Body(entry); // a flood of attempts is counted, not written
        lock (gate)
        {
            var admission = queue.Admit(entry, body, mayJoin: true);
            if (admission != Admission.Taken && entry.Payload is not null) Withdraw(entry);
            if (admission == Admission.Lost) return false;
            if (asleep && !committing && queue.Current.Count > 0) Monitor.PulseAll(gate);
        }

        return true;
    }

    /// <inheritdoc />
    public async ValueTask FlushAsync()
    {
        counts.Add(JoinedScope.Entries);
        Task durable;
        lock (gate)
        {
            counts.Await();
            if (queue.Current.Count == 0 && lost.IsEmpty) return;
            durable = stopping ? committer : AwaitCurrent();
        }

        try
        {
            await durable.ConfigureAwait(false);
        }
        catch (AuditUnavailableException)
        {
            // The failure is in Statistics. The flush only has to make sure that nothing is under way.
        }
    }

    /// <inheritdoc />
    public async ValueTask PublishAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        if (files.Tree is { } tree) await tree.PublishAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        lock (gate) queue.IsClosed = true;
        counts.Add(JoinedScope.All); // what came since the flush, and attempts that were only counted
        lock (gate)
        {
            counts.Await();
            stopping = true;
            Monitor.PulseAll(gate);
        }

        await committer.ConfigureAwait(false);
        losses.Update();
        files.Dispose();
    }

    private AuditUnavailableException NotTaken(Admission admission) => admission == Admission.Spent
        ? new AuditUnavailableException("the caller's part of the audit log is spent") { IsPartSpent = true }
        : new AuditUnavailableException((files.Log is null ? files.Fault : null) ?? "the audit queue is full");

    // Under the gate. A log that is closed has no committer, and no batch of it would ever be durable.
    private Task AwaitCurrent()
    {
        queue.Current.Waiters++;
        Monitor.PulseAll(gate);
        return queue.Current.Durable;
    }

    // On the caller's thread, before the entry is queued. Returns why it cannot be recorded as it is.
    private AuditUnavailableException? Prepare(ref AuditEntry entry, bool isAwaited)
    {
        if (sealing.Seal(ref entry) is { } unsealed)
        {
            lock (gate) lost.Add(entry, isAwaited);
            return unsealed;
        }

        return entry.Payload is null ? null : Keep(entry, isAwaited);
    }

    private AuditUnavailableException? Keep(AuditEntry entry, bool isAwaited)
    {
        lock (gate)
        {
            if (!queue.TryChargePayload(entry)) return NotTaken(Admission.Spent);
            if (queue.IsClosed || !queue.TryOpen())
            {
                queue.ReturnPayload(entry);
                lost.Add(entry, isAwaited);
                return NotTaken(Admission.Lost);
            }
        }

        try
        {
            files.Put(entry.Payload!);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (gate)
            {
                queue.ReturnPayload(entry);
                lost.Add(entry, isAwaited);
            }

            return e as AuditUnavailableException ?? new AuditUnavailableException(e.Message, e);
        }
    }

    // Under the gate.
    private void Withdraw(AuditEntry entry)
    {
        files.Withdraw(entry.Payload!);
        queue.ReturnPayload(entry);
    }

    private CommitBatch BeginCommit()
    {
        committing = true;
        var batch = queue.Take();
        busy = batch.Waiters > 1;
        return batch;
    }

    private AuditUnavailableException? Commit(CommitBatch batch)
    {
        var failure = files.Write(batch);
        Count(batch, isDurable: failure is null);
        if (failure is null) files.NamePayloads(batch.Payloads);
        if (failure is null && batch.Lost > 0) losses.Update(areReported: true); // the entry about them is on stable storage
        batch.Complete(failure);
        if (failure is null) files.Tree!.Committed();
        return failure;
    }

    private void Count(CommitBatch batch, bool isDurable)
    {
        lock (gate)
        {
            lookedAt = time.GetTimestamp();
            if (isDurable)
            {
                statistics = statistics with { Entries = statistics.Entries + batch.Count, Commits = statistics.Commits + 1 };
                lost.Reported(batch);
                return;
            }

            statistics = statistics with { Failures = statistics.Failures + 1 };
            lost.Add(batch);
        }
    }

    private void EndCommit(CommitBatch? batch)
    {
        lock (gate)
        {
            committing = false;
            if (batch is not null) queue.Return(batch);
            if (stopping || queue.Current.Waiters > 0 || (asleep && queue.Current.Count > 0)) Monitor.PulseAll(gate);
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

    // A log without writers would not notice that its volume is full. Nor would it notice new space, once a host that is not ready gets no requests.
    // After a failure only a commit shows that the log is well: the entry with the number of lost entries.
    private void Probe()
    {
        sealing.Look();
        if (time.GetElapsedTime(Volatile.Read(ref lookedAt)) < ProbeEvery) return;
        counts.Add(JoinedScope.Due);
        CommitBatch? batch = null;
        lock (gate)
        {
            if (committing || stopping || time.GetElapsedTime(lookedAt) < ProbeEvery) return;
            lookedAt = time.GetTimestamp();
            if (!queue.TryOpen()) return;
            if (files.Fault is not null) batch = BeginCommit();
            else committing = true; // no write is under way while the volume is looked at
        }

        if (batch is { Bytes: > 0 }) Commit(batch);
        else files.Look();
        EndCommit(batch);
        losses.Update();
    }

    /// <summary>Waits for the next batch that is the committer's to write. Returns null when the log is closed.</summary>
    private CommitBatch? Next()
    {
        lock (gate)
        {
            while (committing || queue.Current.Waiters == 0)
            {
                if (stopping && !committing)
                {
                    if (queue.Current.Count == 0 && (haveLastLossesBeenTried || lost.IsEmpty || files.Log is null)) return null;
                    haveLastLossesBeenTried = true; // the entry about them is tried once: its failure would be a loss again (AU-06)
                    break;
                }

                if (Lingered()) break;
            }

            return BeginCommit();
        }
    }

    // True when the entries that are not awaited have waited long enough. A caller that commits meanwhile takes them along.
    private bool Lingered()
    {
        var waiting = queue.Current;
        asleep = committing || waiting.Count == 0;
        var signalled = asleep ? Monitor.Wait(gate) : Monitor.Wait(gate, Linger);
        asleep = false;
        return !signalled && !committing && ReferenceEquals(waiting, queue.Current) && queue.Current.Count > 0;
    }
}
