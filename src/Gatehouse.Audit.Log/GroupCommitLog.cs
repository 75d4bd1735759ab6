using System.Globalization;

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

    // An attempt to open that fails and took no longer is repeated with every entry.
    private static readonly TimeSpan CheapOpening = TimeSpan.FromMilliseconds(50);

    private readonly object gate = new(); // a monitor, because the committer waits on it without spinning
    private readonly LogSpace space;
    private readonly LogOpening opening;
    private readonly ILogFolder folder;
    private readonly ILogKeys keys;
    private readonly AuditLogOptions options;
    private readonly KeptPayloads payloads;
    private readonly OwnerLedger ledger;
    private readonly TimeProvider time;
    private readonly Task committer;
    private CommitBatch current = new();
    private CommitBatch? spare;
    private OpenLog? open; // null until the folder could be opened
    private JournalWriter? journal;
    private TreeIntegrator? tree;
    private bool committing;
    private bool asleep; // the committer waits for any entry at all
    private bool busy;   // the last commit had several waiters
    private bool stopping;
    private long sequence;
    private AuditLogStatistics statistics;
    private long unrecorded;
    private long untold; // entries that were lost and are not in an entry of the log yet
    private DateTimeOffset lostSince;
    private readonly AttemptTally lostAttempts = new(); // of the lost entries
    private long lookedAt;
    private long openAgainAt;
    private volatile string? why; // the reason why the log cannot be written; null while it can

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
        (this.options, this.folder, this.keys) = (options, folder, keys);
        time = options.Time;
        lookedAt = time.GetTimestamp();
        space = new LogSpace(options, folder);
        opening = new LogOpening(folder, keys, space);
        payloads = new KeptPayloads(folder, space);
        ledger = new OwnerLedger(options);
        CommitFirst();
        why ??= Look();
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
                    QueuedBytes = current.Bytes,
                    Bytes = space.Bytes,
                    RoomBytes = space.Room,
                    FreeBytes = space.Free,
                    Origin = open?.Origin,
                    Succeeded = open?.Succeeded,
                    Size = open?.Segments.Committed ?? 0,
                    PublishedSize = tree?.Published ?? 0,
                    TreeFault = tree?.Fault,
                };
            }
        }
    }

    /// <inheritdoc />
    public bool HasRoomFor(object? owner)
    {
        if (owner is null) return true;
        lock (gate) return ledger.Of(owner, null, space.Room) is not { } account
            || (ledger.HasRoom(account, null, space.Room) && ledger.HasPlace(account, current));
    }

    /// <inheritdoc />
    public void CountUnrecorded() => Interlocked.Increment(ref unrecorded);

    /// <inheritdoc />
    public bool TryCountReceipt(object? owner, bool isRefusal = false)
    {
        lock (gate) return ledger.Of(owner, null, space.Room) is not { } account || ledger.TryTakeReceipt(account, isRefusal);
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
        return promised.Sign(open!, time.GetUtcNow());
    }

    private ValueTask AppendAsync(AuditEntry entry, PromisedEntry? promised)
    {
        if (Protect(ref entry, isAwaited: true) is { } unsealed) return ValueTask.FromException(unsealed);
        if (entry.Payload is not null && PutPayload(entry, isAwaited: true) is { } unkept) return ValueTask.FromException(unkept);
        CommitBatch mine;
        lock (gate)
        {
            var admission = Admit(entry, mayJoin: false, promised);
            if (admission != Admission.Taken)
            {
                if (entry.Payload is { } payload) payloads.Withdraw(open!.Name, payload);
                return ValueTask.FromException(NotTaken(admission));
            }

            mine = current;
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
        if (Protect(ref entry, isAwaited: false) is not null) return false;
        if (entry.Payload is not null && PutPayload(entry, isAwaited: false) is { } unkept)
        {
            if (!unkept.IsPartSpent) return false;
            entry = entry with { Payload = null }; // it is counted, as it would be without a payload
        }

        lock (gate)
        {
            var admission = Admit(entry, mayJoin: true);
            if (admission != Admission.Taken && entry.Payload is { } payload) payloads.Withdraw(open!.Name, payload);
            if (admission == Admission.Lost) return false;
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
            WriteJoined(JoinedScope.Entries);
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
    public async ValueTask PublishAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        if (tree is { } integrator) await integrator.PublishAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        lock (gate)
        {
            WriteJoined(JoinedScope.All); // what came since the flush, and attempts that were only counted
            stopping = true;
            Monitor.PulseAll(gate);
        }

        await committer.ConfigureAwait(false);
        tree?.Dispose();
        journal?.Dispose();
        foreach (var signer in open?.Signers ?? []) signer.Dispose();
        folder.Dispose();
    }

    // An owner beyond its rate or its part is counted in one entry. An entry that must not be joined is refused instead.
    private Admission Admit(AuditEntry entry, bool mayJoin, PromisedEntry? promised = null)
    {
        if (open is not null) WriteJoined(JoinedScope.Due);
        var room = space.Room;
        var account = ledger.Of(entry.Owner, entry.OwnerNetwork, room);
        if (account is not null && !entry.ClosesBegun && !stopping)
        {
            var isOneTooMany = entry.IsOnlyCounted || mayJoin && entry.IsRefusal && !ledger.TryTakeRefusal(account);
            if (isOneTooMany || !ledger.HasRoom(account, entry, room) || !ledger.HasPlace(account, current))
            {
                if (!mayJoin) return Admission.Spent;
                ledger.Join(account, entry, room);
                return Admission.Joined;
            }
        }

        if (stopping || !TryOpen() || current.Count >= options.MaxQueued || current.Bytes >= options.MaxQueuedBytes)
        {
            Lose(entry, isAwaited: !mayJoin);
            return Admission.Lost;
        }

        Write(entry, account, isAwaited: !mayJoin, promised);
        return Admission.Taken;
    }

    private AuditUnavailableException NotTaken(Admission admission) => admission == Admission.Spent
        ? new AuditUnavailableException("the caller's part of the audit log is spent") { IsPartSpent = true }
        : new AuditUnavailableException((open is null ? why : null) ?? "the audit queue is full");

    // On the caller's thread. Returns why the entry cannot be sealed; it is not recorded then.
    private AuditUnavailableException? Protect(ref AuditEntry entry, bool isAwaited)
    {
        if (options.Protector is not { } protector) return null;
        try
        {
            entry = protector.Protect(entry);
            return null;
        }
        catch (AuditUnavailableException e)
        {
            lock (gate) Lose(entry, isAwaited);
            return e;
        }
    }

    // On the caller's thread, before the entry is queued. Returns why the payload cannot be kept; its entry is not recorded then.
    private AuditUnavailableException? PutPayload(AuditEntry entry, bool isAwaited)
    {
        string log;
        lock (gate)
        {
            var account = ledger.Of(entry.Owner, entry.OwnerNetwork, space.Room);
            if (account is not null && !entry.ClosesBegun && !ledger.HasRoom(account, entry, space.Room)) return NotTaken(Admission.Spent);
            if (stopping || !TryOpen())
            {
                Lose(entry, isAwaited);
                return NotTaken(Admission.Lost);
            }

            log = open!.Name;
        }

        try
        {
            payloads.Put(log, entry.Payload!);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (gate) Lose(entry, isAwaited);
            return new AuditUnavailableException(e.Message, e);
        }
    }

    // The log itself writes first: a log begins with the entry that says what it is. While the folder cannot be used, nothing is queued.
    private bool TryOpen()
    {
        if (open is not null) return true;
        if (Environment.TickCount64 < openAgainAt) return false;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            open = opening.Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An attempt that reads much before it fails must not be the work of every entry.
            var cost = System.Diagnostics.Stopwatch.GetElapsedTime(began);
            if (cost > CheapOpening) openAgainAt = Environment.TickCount64 + (20 * (long)cost.TotalMilliseconds);
            why = e.Message;
            return false;
        }

        journal = new JournalWriter(options, folder, open.Name, open.Segments, space);
        tree = new TreeIntegrator(options, folder, keys, space, open, payloads);
        foreach (var facts in open.FirstEntries) Write(Control(facts), null);
        why = null;
        return true;
    }

    private void CommitFirst()
    {
        CommitBatch first;
        lock (gate)
        {
            if (!TryOpen()) return;
            first = current;
            BeginCommit();
        }

        Commit(first);
        EndCommit(first);
    }

    private AuditEntry Control(IReadOnlyList<KeyValuePair<string, string>> facts) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = string.Create(CultureInfo.InvariantCulture, $"{facts[0].Value.Replace('.', '-')}-{sequence + 1}"),
        At = time.GetUtcNow(),
        Facts = facts,
    };

    private void Write(AuditEntry entry, OwnerAccount? account, bool isAwaited = false, PromisedEntry? promised = null)
    {
        var before = current.Bytes;
        if (!isAwaited) current.Attempts.Add(entry.Attempts, entry.At);
        var leaf = current.Add(AuditEntryFormat.Bytes(entry, ++sequence), entry.Payload);
        promised?.Take(current, leaf);
        if (account is not null) ledger.Charge(account, entry, current, current.Bytes - before);
    }

    // While the queue is full, or the log cannot be written, the counts continue to add up in their accounts.
    private void WriteJoined(JoinedScope scope)
    {
        if (scope == JoinedScope.Due && (why is not null || IsHalfFull)) return;
        foreach (var (account, joined) in ledger.TakeJoined(scope))
        {
            var entry = joined;
            if (Protect(ref entry, isAwaited: false) is null) Write(entry, account);
        }
    }

    private bool IsHalfFull => current.Count >= options.MaxQueued / 2 || current.Bytes >= options.MaxQueuedBytes / 2;

    // An awaited entry is still its caller's, and so are its attempts to authenticate.
    private void Lose(AuditEntry entry, bool isAwaited)
    {
        CountLost(1);
        if (!isAwaited) lostAttempts.Add(entry.Attempts, entry.At);
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
        var gap = Control(
        [
            KeyValuePair.Create("act", "log.gap"),
            KeyValuePair.Create("lost", untold.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create("since", lostSince.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        ]);
        Write(lostAttempts.IsEmpty ? gap : gap with { Attempts = lostAttempts.ToList(), Peer = OwnerLedger.Many }, null);
        untold = 0;
        lostAttempts.Clear();
    }

    private void BeginCommit()
    {
        if (untold > 0 && open is not null) WriteGap();
        committing = true;
        busy = current.Waiters > 1;
        current = spare ?? new CommitBatch();
        spare = null;
    }

    private AuditUnavailableException? Commit(CommitBatch batch)
    {
        AuditUnavailableException? failure = null;
        try
        {
            Store(batch);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e as AuditUnavailableException ?? new AuditUnavailableException(e.Message, e);
        }

        why = failure?.Message;
        Count(batch, failure is null);
        if (failure is null) payloads.Committed(open!.Name, batch.Payloads);
        batch.Complete(failure);
        if (failure is null) tree!.Committed();
        return failure;
    }

    private void Store(CommitBatch batch)
    {
        if (open is null) throw new AuditUnavailableException(why ?? "the audit log is not open");
        space.Require(batch.Bytes);
        batch.FirstIndex = open.Segments.Committed;
        journal!.Append(batch.Frames.Bytes, batch.Count);
    }

    private void Count(CommitBatch batch, bool durable)
    {
        lock (gate)
        {
            lookedAt = time.GetTimestamp();
            if (durable)
            {
                statistics = statistics with
                { Entries = statistics.Entries + batch.Count, Commits = statistics.Commits + 1 };
                return;
            }

            statistics = statistics with { Failures = statistics.Failures + 1 };
            if (batch.Untold > 0 && (untold == 0 || batch.Since < lostSince)) lostSince = batch.Since;
            untold += batch.Untold;
            lostAttempts.Add(batch.Attempts);
            var lost = batch.Count - (batch.Untold > 0 ? 1 : 0); // the entry that reports earlier losses is no loss itself
            if (lost > 0) CountLost(lost);
        }
    }

    private void EndCommit(CommitBatch? batch)
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
        CommitBatch? batch = null;
        lock (gate)
        {
            if (committing || stopping || time.GetElapsedTime(lookedAt) < ProbeEvery) return;
            lookedAt = time.GetTimestamp();
            if (!TryOpen()) return;
            WriteJoined(JoinedScope.Due);
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
        else if (batch.Bytes > 0) Commit(batch);
        else why = Look();
        EndCommit(batch);
    }

    private string? Look()
    {
        try
        {
            space.Require(needed: 1);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Waits for the next batch that is the committer's to write. Returns null when the log is closed.</summary>
    private CommitBatch? Next()
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
}
