namespace Gatehouse.Audit.Log;

/// <summary>
/// The entries that wait for the next commit, and the decision about each: taken, counted in one entry with others of its owner, or refused. Not safe
/// for concurrent use: the log asks under its lock.
/// </summary>
internal sealed class EntryQueue(AuditLogOptions options, LogFiles files, LostEntries lost, StoredLosses losses)
{
    private readonly OwnerLedger ledger = new(options);
    private readonly AuditEntryWriter own = new(); // for entries of the log itself: a caller's thread may hold the bytes of its entry meanwhile
    private CommitBatch? spare;
    private long sequence;

    /// <summary>The batch that entries are added to now.</summary>
    public CommitBatch Current { get; private set; } = new();

    /// <summary>Entries that were counted instead of written.</summary>
    public long Joined => ledger.Joined;

    /// <summary>True where something is counted and not written. May be read without the lock.</summary>
    public bool HasCounts => ledger.HasJoined;

    /// <summary>Owners whose use is known.</summary>
    public int Owners => ledger.Count;

    /// <summary>True from the moment when the log closes. Nothing is taken or counted any more, except counts that it has.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Returns false when the owner's part of the log or of the queue is spent.</summary>
    public bool HasRoomFor(object owner)
    {
        var room = files.Space.Room;
        return ledger.Of(owner, null, room) is not { } account
            || (ledger.HasRoom(account, null, room) && ledger.HasPlace(account, Current));
    }

    /// <summary>
    /// Charges the payload of an entry to its owner, before it is written. False when the owner's part of the log is spent.
    /// </summary>
    // Threat: a payload is a thousand times as large as its entry. Where only entries were charged, one caller filled the log for all (CWE-770).
    public bool TryChargePayload(AuditEntry entry)
    {
        var room = files.Space.Room;
        if (ledger.Of(entry.Owner, entry.OwnerNetwork, room) is not { } account) return true;
        if (!entry.ClosesBegun && !ledger.HasRoom(account, entry, room)) return false;
        ledger.ChargeBytes(account, entry, entry.Payload!.Bytes.Length);
        return true;
    }

    /// <summary>Takes that charge back: the payload is not kept.</summary>
    public void ReturnPayload(AuditEntry entry)
    {
        if (ledger.Of(entry.Owner, entry.OwnerNetwork, files.Space.Room) is { } account)
            ledger.ChargeBytes(account, entry, -entry.Payload!.Bytes.Length);
    }

    /// <summary>Counts a receipt. False when the owner got as many as it may.</summary>
    public bool TryCountReceipt(object? owner, bool isRefusal) =>
        ledger.Of(owner, null, files.Space.Room) is not { } account || ledger.TryTakeReceipt(account, isRefusal);

    /// <summary>
    /// Decides about an entry. An owner beyond its rate or its part is counted in one entry; an entry that must not be counted with others is refused
    /// instead.
    /// </summary>
    /// <param name="entry">The entry, sealed.</param>
    /// <param name="body">Its bytes behind the head, which the caller makes before it takes the lock. Empty where they are hardly ever needed.</param>
    /// <param name="mayJoin">Whether it may be counted with others. No caller waits for such an entry.</param>
    /// <param name="promised">The receipt of the entry; null for none.</param>
    public Admission Admit(AuditEntry entry, ReadOnlySpan<byte> body, bool mayJoin, PromisedEntry? promised = null)
    {
        var room = files.Space.Room;
        var account = ledger.Of(entry.Owner, entry.OwnerNetwork, room);
        if (account is not null && !entry.ClosesBegun && !IsClosed)
        {
            var isOneTooMany = entry.IsOnlyCounted || (mayJoin && entry.IsRefusal && !ledger.TryTakeRefusal(account));
            var hasRoom = entry.Payload is not null || ledger.HasRoom(account, entry, room); // a payload was charged, and is the last that fits
            if (isOneTooMany || !hasRoom || !ledger.HasPlace(account, Current))
            {
                if (!mayJoin) return Admission.Spent;
                ledger.Join(account, entry, room);
                return Admission.Joined;
            }
        }

        if (IsClosed || !TryOpen() || Current.Count >= options.MaxQueued || Current.Bytes >= options.MaxQueuedBytes)
        {
            lost.Add(entry, isAwaited: !mayJoin);
            return Admission.Lost;
        }

        Add(entry, body.IsEmpty ? own.Body(entry) : body, account, isAwaited: !mayJoin, promised);
        return Admission.Taken;
    }

    /// <summary>Opens the log where it is not open. The log itself has written first: it begins with the entry that says what it is.</summary>
    public bool TryOpen()
    {
        if (files.Log is not null) return true;
        if (!files.TryOpen()) return false;
        sequence = files.Log!.FirstEntries.Count;
        losses.Restore();
        return true;
    }

    /// <summary>
    /// Takes counts out of their accounts. While the queue is full, or the log cannot be written, those that are due continue to add up there.
    /// </summary>
    public IReadOnlyList<(OwnerAccount Account, AuditEntry Entry)> TakeCounts(JoinedScope scope) =>
        files.Log is null || (scope == JoinedScope.Due && (files.Fault is not null || IsHalfFull)) ? [] : ledger.TakeJoined(scope);

    /// <summary>Adds an entry that was decided about.</summary>
    public void Add(AuditEntry entry, OwnerAccount? account) => Add(entry, own.Body(entry), account);

    private void Add(AuditEntry entry, ReadOnlySpan<byte> body, OwnerAccount? account, bool isAwaited = false, PromisedEntry? promised = null)
    {
        var before = Current.Bytes;
        if (!isAwaited) Current.Attempts.Add(entry.Attempts, entry.At);
        var leaf = Current.Add(++sequence, body, entry.Payload);
        promised?.Take(Current, leaf);
        if (account is not null) ledger.Charge(account, entry, Current, Current.Bytes - before);
    }

    /// <summary>Returns the batch for a commit, with an entry about what was lost before it (ID-08). Further entries go into another one.</summary>
    public CommitBatch Take()
    {
        if (!lost.IsEmpty && files.Log is not null) AddGap();
        var taken = Current;
        Current = spare ?? new CommitBatch();
        spare = null;
        return taken;
    }

    /// <summary>Takes a batch back after its commit, for its buffer.</summary>
    public void Return(CommitBatch batch) => spare = batch.Renewed();

    private bool IsHalfFull => Current.Count >= options.MaxQueued / 2 || Current.Bytes >= options.MaxQueuedBytes / 2;

    // A gap is recorded at its place. The batch carries the count back if it fails as well.
    private void AddGap()
    {
        var (facts, attempts) = lost.MoveTo(Current);
        var gap = OwnEntry.Of(facts, sequence + 1, options.Time);
        Add(attempts.Count == 0 ? gap : gap with { Attempts = attempts, Peer = OwnerLedger.Many }, null);
    }
}

/// <summary>The decision about an entry.</summary>
internal enum Admission
{
    /// <summary>It waits for the next commit.</summary>
    Taken,

    /// <summary>It is counted with others of its owner.</summary>
    Joined,

    /// <summary>It is counted as lost: the log cannot be written, or its queue is full.</summary>
    Lost,

    /// <summary>It is refused, because its owner's part is spent. Nothing was lost.</summary>
    Spent,
}
