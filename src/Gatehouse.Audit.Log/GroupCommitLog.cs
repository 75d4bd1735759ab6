using System.Buffers;
using System.Globalization;

namespace Gatehouse.Audit.Log;

/// <summary>The log on disk. Entries that arrive while a commit is under way share the next one (one write, one fdatasync).</summary>
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
    private readonly SegmentWriter segments;
    private readonly AuditLogOptions options;
    private readonly OwnerLedger ledger;
    private readonly TimeProvider time;
    private readonly Task committer;
    private Batch current = new();
    private Batch? spare;
    private bool committing;
    private bool asleep; // the committer waits for any entry at all
    private bool busy;   // the last commit had several waiters
    private bool stopping;
    private long sequence;
    private AuditLogStatistics statistics;
    private long unrecorded;
    private long untold; // entries that were lost and are not in an entry of the log yet
    private DateTimeOffset lostSince;
    private long lookedAt;
    private volatile string? why; // the reason why the log cannot be written; null while it can

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
        this.options = options;
        time = options.Time;
        lookedAt = time.GetTimestamp();
        segments = new SegmentWriter(options, directory);
        ledger = new OwnerLedger(options);
        why = Look();
        committer = Task.Factory.StartNew(
            CommitQueued, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc />
    public bool IsAvailable
    {
        get
        {
            Probe();
            return why is null;
        }
    }

    /// <inheritdoc />
    public string? WhyUnavailable => why;

    /// <inheritdoc />
    public AuditLogStatistics Statistics
    {
        get
        {
            lock (gate)
            {
                return statistics with
                {
                    Joined = ledger.Joined,
                    Owners = ledger.Count,
                    Unrecorded = Interlocked.Read(ref unrecorded),
                    Queued = current.Count,
                    QueuedBytes = current.Buffer.WrittenCount,
                    Bytes = segments.Bytes,
                    RoomBytes = segments.Room,
                    FreeBytes = segments.Free,
                };
            }
        }
    }

    /// <inheritdoc />
    public bool HasRoomFor(object? owner)
    {
        if (owner is null) return true;
        lock (gate) return ledger.Of(owner, segments.Room) is not { } account
            || (ledger.HasRoom(account, null, segments.Room) && ledger.HasPlace(account, current));
    }

    /// <inheritdoc />
    public void CountUnrecorded() => Interlocked.Increment(ref unrecorded);

    /// <inheritdoc />
    public ValueTask AppendDurableAsync(AuditEntry entry) => AppendAsync(entry, mayCommitHere: true);

    /// <inheritdoc />
    public ValueTask AppendDurableBesideAsync(AuditEntry entry) => AppendAsync(entry, mayCommitHere: false);

    /// <inheritdoc />
    public bool TryAppend(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (gate)
        {
            if (Admit(entry, mayJoin: true) == Admission.Lost) return false;
            if (asleep && !committing && current.Count > 0) Monitor.PulseAll(gate);
        }

        return true;
    }

    /// <inheritdoc />
    public async ValueTask FlushAsync()
    {
        Task durable;
        lock (gate)
        {
            WriteJoined(all: true);
            if (current.Count == 0 && untold == 0) return;
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
            // The failure is in Statistics. The flush only has to make sure that nothing is under way.
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        lock (gate)
        {
            WriteJoined(all: true); // what came since the flush
            stopping = true;
            Monitor.PulseAll(gate);
        }

        await committer.ConfigureAwait(false);
        segments.Dispose();
    }

    private ValueTask AppendAsync(AuditEntry entry, bool mayCommitHere)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Batch mine;
        lock (gate)
        {
            switch (Admit(entry, mayJoin: false))
            {
                case Admission.Lost: return ValueTask.FromException(new AuditUnavailableException("the audit queue is full"));
                case Admission.Spent:
                    return ValueTask.FromException(
                    new AuditUnavailableException("the caller's part of the audit log is spent") { IsPartSpent = true });
            }

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

    // An owner beyond its rate or its part is counted in one entry. An entry that must not be joined is refused instead.
    private Admission Admit(AuditEntry entry, bool mayJoin)
    {
        WriteJoined(all: false);
        var room = segments.Room;
        var account = ledger.Of(entry.Owner, room);
        if (account is not null && !entry.ClosesBegun && !stopping)
        {
            var isOneTooMany = mayJoin && entry.IsRefusal && !ledger.TryTakeRefusal(account);
            if (isOneTooMany || !ledger.HasRoom(account, entry, room) || !ledger.HasPlace(account, current))
            {
                if (!mayJoin) return Admission.Spent;
                ledger.Join(account, entry, room);
                return Admission.Joined;
            }
        }

        if (stopping || current.Count >= options.MaxQueued || current.Buffer.WrittenCount >= options.MaxQueuedBytes)
        {
            CountLost(1);
            return Admission.Lost;
        }

        Write(entry, account);
        return Admission.Taken;
    }

    private void Write(AuditEntry entry, OwnerAccount? account)
    {
        var before = current.Buffer.WrittenCount;
        AuditEntryFormat.Write(entry, ++sequence, current.Buffer);
        current.Count++;
        if (account is not null) ledger.Charge(account, entry, current, current.Buffer.WrittenCount - before);
    }

    // While the queue is full the counts continue to add up in their accounts.
    private void WriteJoined(bool all)
    {
        if (!all && (current.Count >= options.MaxQueued / 2 || current.Buffer.WrittenCount >= options.MaxQueuedBytes / 2)) return;
        foreach (var (account, entry) in ledger.TakeJoined(all)) Write(entry, account);
    }

    private void CountLost(long count)
    {
        if (untold == 0) lostSince = time.GetUtcNow();
        untold += count;
        statistics = statistics with { Lost = statistics.Lost + count };
    }

    // ID-08: a gap is recorded at its place. The batch carries the count back if it fails as well.
    private void WriteGap()
    {
        (current.Untold, current.Since) = (untold, lostSince);
        AuditEntryFormat.Write(
            new AuditEntry
            {
                Kind = AuditEntryKind.Control,
                ExchangeId = string.Create(CultureInfo.InvariantCulture, $"log-gap-{sequence + 1}"),
                At = time.GetUtcNow(),
                Facts =
                [
                    KeyValuePair.Create("act", "log.gap"),
                    KeyValuePair.Create("lost", untold.ToString(CultureInfo.InvariantCulture)),
                    KeyValuePair.Create("since", lostSince.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
                ],
            },
            ++sequence,
            current.Buffer);
        untold = 0;
    }

    private void BeginCommit()
    {
        if (untold > 0) WriteGap();
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

        why = failure?.Message;
        Count(batch, failure is null);
        batch.Complete(failure);
        return failure;
    }

    private void Count(Batch batch, bool durable)
    {
        lock (gate)
        {
            lookedAt = time.GetTimestamp();
            if (durable)
            {
                statistics = statistics with
                { Entries = statistics.Entries + batch.Count + (batch.Untold > 0 ? 1 : 0), Commits = statistics.Commits + 1 };
                return;
            }

            statistics = statistics with { Failures = statistics.Failures + 1 };
            if (batch.Untold > 0 && (untold == 0 || batch.Since < lostSince)) lostSince = batch.Since;
            untold += batch.Untold;
            if (batch.Count > 0) CountLost(batch.Count);
        }
    }

    private void EndCommit(Batch? batch)
    {
        lock (gate)
        {
            committing = false;
            if (batch is not null) spare = batch.Renewed();
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

    // A log without writers would not notice that its volume is full. Nor would it notice new space, once a host that is not ready gets no requests.
    // After a failure only a commit shows that the log is well: the entry with the number of lost entries.
    private void Probe()
    {
        if (time.GetElapsedTime(Volatile.Read(ref lookedAt)) < ProbeEvery) return;
        Batch? batch = null;
        lock (gate)
        {
            if (committing || stopping || time.GetElapsedTime(lookedAt) < ProbeEvery) return;
            lookedAt = time.GetTimestamp();
            WriteJoined(all: false);
            if (why is null)
            {
                committing = true; // no write is under way while the volume is looked at
            }
            else
            {
                batch = current;
                BeginCommit();
            }
        }

        if (batch is null) why = Look();
        else if (batch.Buffer.WrittenCount > 0) Commit(batch);
        else why = Look();
        EndCommit(batch);
    }

    private string? Look()
    {
        try
        {
            segments.Require(needed: 1);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Waits for the next batch that is the committer's to write. Returns null when the log is closed.</summary>
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

    // True when the entries that are not awaited have waited long enough. A caller that commits meanwhile takes them along.
    private bool Lingered()
    {
        var waiting = current;
        asleep = committing || waiting.Count == 0;
        var signalled = asleep ? Monitor.Wait(gate) : Monitor.Wait(gate, Linger);
        asleep = false;
        return !signalled && !committing && ReferenceEquals(waiting, current) && current.Count > 0;
    }

    private enum Admission
    {
        Taken,
        Joined,
        Lost,
        Spent,
    }

    private sealed class Batch
    {
        // A buffer that a burst made larger than this is left to the collector.
        private const int LargestKept = 256 << 10;

        private TaskCompletionSource? durable;

        public ArrayBufferWriter<byte> Buffer { get; private init; } = new(4096);

        public int Count { get; set; }

        /// <summary>Lost entries that this batch reports.</summary>
        public long Untold { get; set; }

        /// <summary>The moment when the first of them was lost.</summary>
        public DateTimeOffset Since { get; set; }

        /// <summary>Callers that wait for this batch.</summary>
        public int Waiters { get; set; }

        /// <summary>Ends when the batch is durable. Made only where a caller waits. Asked for under the gate.</summary>
        public Task Durable => (durable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        /// <summary>Returns an empty batch over the same buffer, for after the commit.</summary>
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
            _ = durable.Task.Exception; // entries that are not awaited must not end the process
        }
    }
}
