namespace Gatehouse.Audit.Log;

/// <summary>The division of the log among the owners of its entries. Not safe for concurrent use: the log asks under its lock.</summary>
/// <remarks>
/// <para>
/// The threat: the log never deletes, and where it is full, calls that may act are refused. So one caller, even one that is refused each
/// time, would stop all others by being recorded (CWE-770).
/// </para>
/// <para>
/// An owner may take a percentage of the room that is left, and its use falls off within a day. As the room shrinks, so does the
/// part: a single caller comes nearer to the bound each day and never reaches it, and an operator has days to see the room fall. All
/// callers that are not known have one such part together, since a stranger can have many addresses.
/// </para>
/// </remarks>
internal sealed class OwnerLedger(AuditLogOptions options)
{
    /// <summary>The source of counts of owners that are not named.</summary>
    public const string Many = "many";

    private const int MostAccounts = 16_384;
    private const int MostNetworks = 1024;

    // About 100 µs of a core for each signature: one owner costs 1 % of it at most.
    private const int MostReceipts = 500;
    private const int ReceiptsPerSecond = 100;
    private const int EntriesOfReceipt = 2;
    private const double DaySeconds = 86_400;
    private static readonly TimeSpan JoinFor = TimeSpan.FromMinutes(1);

    private static readonly object StrangersKey = new();
    private static readonly object OthersKey = new();

    private readonly Dictionary<object, OwnerAccount> accounts = [];
    private readonly HashSet<OwnerAccount> joining = [];

    private volatile bool hasJoined;
    private long? forgotten;
    private long? walked;

    public int Count => accounts.Count;

    /// <summary>Entries that were counted instead of written.</summary>
    public long Joined { get; private set; }

    /// <summary>True where something is counted and not taken. May be read by any thread.</summary>
    public bool HasJoined => hasJoined;

    /// <summary>Returns the account of an entry, or null where nothing bounds it.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="network">The network whose account is used where there are too many owners; null for none.</param>
    /// <param name="room">Bytes that can still be written.</param>
    public OwnerAccount? Of(object? owner, object? network, long room)
    {
        if (owner is null) return null;
        if (!accounts.TryGetValue(owner, out var account)) account = Open(owner, network, room);
        Age(account, room);
        return account;
    }

    /// <summary>Returns true while a refusal may be an entry of its own, and counts it.</summary>
    public bool TryTakeRefusal(OwnerAccount account)
    {
        if (account.Refusals + 1 > options.RefusalBurst) return false;
        account.Refusals++;
        return true;
    }

    /// <summary>Returns true while the owner may get a receipt, and counts it. That of a refusal counts its entries as refusals as well.</summary>
    public bool TryTakeReceipt(OwnerAccount account, bool isRefusal)
    {
        var refusals = isRefusal ? EntriesOfReceipt : 0;
        if (account.Receipts + 1 > MostReceipts || (isRefusal && account.Refusals + refusals > options.RefusalBurst)) return false;
        account.Receipts++;
        account.Refusals += refusals;
        return true;
    }

    /// <summary>Returns true while the owner has something left of its part. The last entry may go beyond it.</summary>
    public bool HasRoom(OwnerAccount account, AuditEntry? entry, long room)
    {
        // there is no other owner; or there is nothing to divide, and the bound of all decides
        if (options.CallerShare() >= 100 || room <= 0) return true;
        if (account.Bytes > PartOf(room)) return false;
        return entry is null || !entry.IsOwnerStranger
            || !accounts.TryGetValue(StrangersKey, out var strangers) || Aged(strangers, room).Bytes <= PartOf(room);
    }

    /// <summary>Returns true while the owner has something left of its part of the queue.</summary>
    public bool HasPlace(OwnerAccount account, object batch) =>
        account.Batch != batch || (account.Queued < PartOf(options.MaxQueued) && account.QueuedBytes < PartOf(options.MaxQueuedBytes));

    /// <summary>Counts a queued entry.</summary>
    public void Charge(OwnerAccount account, AuditEntry entry, object batch, int bytes)
    {
        if (account.Batch != batch) (account.Batch, account.Queued, account.QueuedBytes) = (batch, 0, 0);
        account.Queued++;
        account.QueuedBytes += bytes;
        ChargeBytes(account, entry, bytes);
    }

    /// <summary>Counts bytes that are in no queue, such as those of a payload, or takes them back if negative.</summary>
    public void ChargeBytes(OwnerAccount account, AuditEntry entry, int bytes)
    {
        account.Bytes = Math.Max(0, account.Bytes + bytes);
        if (!entry.IsOwnerStranger) return;
        if (!accounts.TryGetValue(StrangersKey, out var strangers))
            accounts[StrangersKey] = strangers = new OwnerAccount(options.Time.GetTimestamp(), Many);
        strangers.Bytes = Math.Max(0, strangers.Bytes + bytes);
    }

    /// <summary>
    /// Counts an entry instead of writing it. When the part of all strangers is spent they are counted together: one count a minute for each address
    /// would still fill the log, since a stranger can have many (one IPv6 /48 has 65,536 blocks of 64 bits).
    /// </summary>
    public void Join(OwnerAccount account, AuditEntry entry, long room)
    {
        if (!entry.IsOnlyCounted) Joined++;
        if (entry.IsOwnerStranger && accounts.TryGetValue(StrangersKey, out var strangers) && Aged(strangers, room).Bytes > PartOf(room))
            account = strangers;
        if (account.Joined is null)
        {
            account.Joined = new JoinedEntries(entry, account.SharedName);
            account.JoinedAt = options.Time.GetTimestamp();
            joining.Add(account);
            hasJoined = true;
        }

        account.Joined.Add(entry);
    }

    /// <summary>
    /// Returns counts that are a minute old; of entries also those that are not, or all. Each is returned once and begins again at zero. Who follows
    /// the log asks for its entries again and again. If that wrote the count of its own connections each time, the log would grow by being read.
    /// </summary>
    public IReadOnlyList<(OwnerAccount Account, AuditEntry Entry)> TakeJoined(JoinedScope scope)
    {
        var all = scope != JoinedScope.Due;
        // At most once a second: the walk is made under the log's lock.
        if (joining.Count == 0 || (!all && walked is { } at && options.Time.GetElapsedTime(at) < TimeSpan.FromSeconds(1))) return [];
        walked = options.Time.GetTimestamp();
        List<(OwnerAccount, AuditEntry)>? due = null;
        foreach (var account in joining)
        {
            var isYoung = options.Time.GetElapsedTime(account.JoinedAt) < JoinFor;
            if (isYoung && (scope == JoinedScope.Due || (scope == JoinedScope.Entries && account.Joined!.Count == 0))) continue;
            (due ??= []).Add((account, account.Joined!.ToEntry(options.Time.GetUtcNow())));
        }

        if (due is null) return [];
        foreach (var (account, _) in due)
        {
            account.Joined = null;
            joining.Remove(account);
        }

        hasJoined = joining.Count > 0;
        return due;
    }

    private double PartOf(long bound) => bound * (options.CallerShare() / 100d);

    private OwnerAccount Aged(OwnerAccount account, long room)
    {
        Age(account, room);
        return account;
    }

    private void Age(OwnerAccount account, long room)
    {
        var now = options.Time.GetTimestamp();
        var seconds = options.Time.GetElapsedTime(account.At, now).TotalSeconds;
        account.At = now;
        account.Bytes = Math.Max(0, account.Bytes - (seconds * PartOf(room) / DaySeconds));
        account.Refusals = Math.Max(0, account.Refusals - seconds);
        account.Receipts = Math.Max(0, account.Receipts - (seconds * ReceiptsPerSecond));
    }

    // Bounded: where more owners than these have entries within a day, further ones have one account with their network, or with all others.
    private OwnerAccount Open(object owner, object? network, long room)
    {
        if (accounts.Count >= MostAccounts) Forget(room);
        if (accounts.Count < MostAccounts) return accounts[owner] = new OwnerAccount(options.Time.GetTimestamp());
        var (key, name) = network is not null && (accounts.Count < MostAccounts + MostNetworks || accounts.ContainsKey(network))
            ? (network, network.ToString()) : (OthersKey, Many);
        if (!accounts.TryGetValue(key, out var account)) accounts[key] = account = new OwnerAccount(options.Time.GetTimestamp(), name);
        return account;
    }

    // At most once a second: a flood of new owners must not cost a walk over all each time.
    private void Forget(long room)
    {
        if (forgotten is { } at && options.Time.GetElapsedTime(at) < TimeSpan.FromSeconds(1)) return;
        forgotten = options.Time.GetTimestamp();
        foreach (var (owner, account) in accounts)
        {
            Age(account, room);
            if (account.IsIdle) accounts.Remove(owner); // a dictionary may be removed from while it is read
        }
    }
}

/// <summary>The counts that are taken out of a ledger.</summary>
internal enum JoinedScope
{
    /// <summary>Counts that are a minute old.</summary>
    Due,

    /// <summary>These, and counts of entries.</summary>
    Entries,

    /// <summary>All: the log closes.</summary>
    All,
}
