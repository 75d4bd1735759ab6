using Gatehouse.Audit.Privacy;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Exchanges under way: counts them against the limits of the caller, gives them turns at the servers (EX-03), and ends those whose right is
/// gone (design rule 7) or whose deadline has come.
/// </summary>
public sealed class ExchangeRegistry : IExchangeRegistry, IDisposable
{
    /// <summary>
    /// Exchanges of one connection whose caller is not known yet; as many as an HTTP/2 connection of the listener may have streams.
    /// </summary>
    public const int MostUnknownPerConnection = 100;

    /// <summary>Withdrawals of rights that are remembered for exchanges whose caller is not known yet; of more, those exchanges end.</summary>
    public const int MostWithdrawals = 256;

    // Ends that are due together follow one another. If they take longer, another run continues with those that are left.
    private static readonly TimeSpan TakeOver = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly IExchangeRights? rights;
    private readonly EarliestTimer deadlines; // deadlines of requests, and expiries of the tokens of streams and held requests
    private readonly Lock gate = new();
    private readonly HashSet<Entry> entries = [];
    private readonly PendingWithdrawals withdrawals = new();
    private readonly ExchangeCounts counts = new();
    private readonly HashSet<(string Issuer, string Subject)> barred = [];
    private readonly ServerTurns turns;
    private bool drains;
    private TaskCompletionSource? empty; // completed when the last exchange leaves; null while no caller waits for that

    /// <summary>Makes a registry without exchanges.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives the report of an exchange whose end failed, or null for nowhere.</param>
    /// <param name="rights">Rights by the newest snapshot, or null where no right is lost while an exchange is under way.</param>
    public ExchangeRegistry(TimeProvider time, ILogger? log = null, IExchangeRights? rights = null)
    {
        this.time = time;
        this.log = log ?? NullLogger.Instance;
        this.rights = rights;
        turns = new ServerTurns(time);
        deadlines = new EarliestTimer(time, "deadlines of exchanges", EndDue, this.log);
    }

    /// <summary>Receives each exchange whose caller is known.</summary>
    internal Action<Exchange> OnClaimed { get; init; } = static _ => { };

    /// <summary>Exchanges that wait for a verdict.</summary>
    public int Held
    {
        get
        {
            lock (gate) return entries.Count(entry => entry.IsHeld);
        }
    }

    /// <summary>Exchanges under way now.</summary>
    public int Count
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <summary>Exchanges under way whose caller is known and which count against the limits of that caller.</summary>
    internal IReadOnlyList<Exchange> OfCallers
    {
        get
        {
            lock (gate) return [.. entries.Where(entry => entry.IsClaimed).Select(entry => entry.Exchange)];
        }
    }

    /// <inheritdoc />
    public IExchangeLease Enter(Exchange exchange, IExchangeLife life)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var connection = exchange.Head.ConnectionId is { } id ? new CountKey(CountKind.Unknown, id, "") : (CountKey?)null;
        lock (gate)
        {
            if (connection is { } counted) counts.Take(counted, MostUnknownPerConnection, "connection");
            var entry = new Entry(this, exchange, life, connection) { Withdrawals = withdrawals.Count };
            entries.Add(entry);
            withdrawals.Enter();
            return entry;
        }
    }

    /// <inheritdoc />
    public bool EndHeld(Exchange notification, JsonRpcId request)
    {
        ArgumentNullException.ThrowIfNull(notification);
        Entry? held;
        lock (gate) held = entries.FirstOrDefault(entry => entry.IsHeld && entry.Exchange.Message is { Kind: MessageKind.Request } message
            && message.Id == request && IsOfOneClient(entry.Exchange, notification));
        held?.End(ExchangeEnd.TakenBack);
        return held is not null;
    }

    /// <summary>
    /// Ends exchanges that wait for a verdict, now and from now on: none has reached a server, and each may wait longer than a drain.
    /// </summary>
    public void Drain()
    {
        Entry[] held;
        lock (gate)
        {
            drains = true;
            held = [.. entries.Where(entry => entry.IsHeld)];
        }

        foreach (var entry in held) entry.End(ExchangeEnd.Draining);
    }

    /// <inheritdoc />
    public bool MayContinue(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Caller.ExpiresAt > time.GetUtcNow() && rights?.MayStay(exchange) != false;
    }

    // A session is one client. So is a connection on stdio, whose exchanges have one head. Requests over HTTP without a session have nothing in
    // common: the same id may be another client's.
    private static bool IsOfOneClient(Exchange one, Exchange other) => one.Session is { } session
        ? other.Session?.Uid == session.Uid
        : one.Head.Verb is null && ReferenceEquals(one.Head, other.Head);

    /// <summary>Returns the streams under way now.</summary>
    public IReadOnlyList<Exchange> Streams()
    {
        lock (gate) return [.. entries.Where(entry => entry.IsStream).Select(entry => entry.Exchange)];
    }

    /// <inheritdoc />
    public ValueTask<IDisposable> WaitForTurnAsync(Exchange exchange, CancellationToken cancellation) => turns.WaitAsync(exchange, cancellation);

    /// <summary>Returns the number of requests that wait for a place at the server.</summary>
    public int Waiting(string server) => turns.Waiting(server);

    /// <summary>Ends streams that the predicate selects. A message under way keeps the snapshot it began with (design rule 7).</summary>
    public int EndStreams(Func<Exchange, bool> whose) => End(whose, streamsAlone: true, isWithdrawal: false);

    /// <summary>
    /// Ends exchanges of a session that is over, and returns how many. It is no withdrawal of a right: an exchange whose caller is not known has no
    /// session yet, and does not find this one any more. The threat: a caller ends sessions until so many withdrawals are remembered that the
    /// exchanges of others end (CWE-770).
    /// </summary>
    public int EndOfSession(Func<Exchange, bool> whose) => End(whose, streamsAlone: false, isWithdrawal: false);

    /// <summary>Ends everything that is under way: the process stops.</summary>
    public void EndAll()
    {
        Entry[] underWay;
        lock (gate) underWay = [.. entries];
        foreach (var entry in underWay) entry.End(ExchangeEnd.RightWithdrawn);
    }

    /// <summary>
    /// Ends exchanges that the predicate selects, and returns how many. It is applied to those whose caller is known, and to the others as soon as it
    /// is.
    /// </summary>
    public int End(Func<Exchange, bool> whose) => End(whose, streamsAlone: false, isWithdrawal: true);

    /// <summary>The same, for a containment: the refusal and the record say so.</summary>
    internal int EndContained(Func<Exchange, bool> whose) => End(whose, streamsAlone: false, isWithdrawal: true, ExchangeEnd.Contained);

    /// <summary>
    /// Refuses new exchanges of a person until the result is disposed of. The person is erased in the meantime: no exchange may have an entry before
    /// the erasure and one after it.
    /// </summary>
    internal IDisposable Bar(string issuer, string subject)
    {
        lock (gate) barred.Add((issuer, subject));
        return new BarEnd(this, (issuer, subject));
    }

    /// <summary>Ends exchanges as <see cref="End(Func{Exchange, bool})"/> does, and waits until they have left.</summary>
    /// <param name="whose">The exchanges.</param>
    /// <param name="patience">The longest wait.</param>
    /// <returns>The number of exchanges, those among them that have not left.</returns>
    internal async Task<(int Ended, int Left)> EndAndWaitAsync(Func<Exchange, bool> whose, TimeSpan patience)
    {
        Task[] gone;
        lock (gate) gone = [.. entries.Where(entry => entry.IsClaimed && whose(entry.Exchange)).Select(static entry => entry.AwaitLeaving())];
        End(whose);
        try
        {
            await Task.WhenAll(gone).WaitAsync(patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The caller learns the number.
        }

        return (gone.Length, gone.Count(static one => !one.IsCompleted));
    }

    /// <summary>Waits until the last exchange leaves, or the time is over. New exchanges are not refused: that is for the caller to do.</summary>
    /// <remarks>Its end is a signal. Looks at an interval would never see it where the clock does not move.</remarks>
    /// <param name="patience">The longest wait.</param>
    /// <returns>Exchanges still under way.</returns>
    internal async Task<int> WaitUntilEmptyAsync(TimeSpan patience)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            Task gone;
            lock (gate)
            {
                if (entries.Count == 0) return 0;
                gone = (empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            var left = patience - time.GetElapsedTime(began);
            if (left < TimeSpan.FromMilliseconds(1)) return Count; // the wait counts whole milliseconds
            // One that entered since the last one left is waited for as well.
            await gone.WaitAsync(left, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Returns for each person with exchanges in progress the timestamp at which the oldest of them began. Exchanges whose caller is not known yet
    /// are those of <see cref="SubjectOwner.Unknown"/>.
    /// </summary>
    internal Dictionary<SubjectOwner, long> OldestOfPersons()
    {
        var oldest = new Dictionary<SubjectOwner, long>();
        lock (gate)
        {
            foreach (var entry in entries)
            {
                var subject = entry.IsClaimed ? entry.Exchange.Subject! : null;
                var owner = subject is null ? SubjectOwner.Unknown : new SubjectOwner(subject.Issuer, subject.Subject);
                var began = entry.Exchange.Record.Began;
                if (!oldest.TryGetValue(owner, out var known) || began < known) oldest[owner] = began;
            }
        }

        return oldest;
    }

    /// <inheritdoc />
    public void Dispose() => deadlines.Dispose();

    private int End(Func<Exchange, bool> whose, bool streamsAlone, bool isWithdrawal, ExchangeEnd why = ExchangeEnd.RightWithdrawn)
    {
        ArgumentNullException.ThrowIfNull(whose);
        Entry[] claimed, beyond = [];
        lock (gate)
        {
            claimed = [.. entries.Where(entry => entry.IsClaimed)];
            if (isWithdrawal && !withdrawals.TryAdd(new PendingWithdrawals.Withdrawal(whose, why)))
                beyond = [.. entries.Where(entry => !entry.IsClaimed)];
        }

        foreach (var entry in beyond) entry.End(ExchangeEnd.RightWithdrawn);
        var count = 0;
        foreach (var entry in claimed)
        {
            if ((streamsAlone && !entry.IsStream) || !whose(entry.Exchange)) continue;
            entry.End(why);
            count++;
        }

        return count;
    }

    private void Claim(Entry entry, bool isStream)
    {
        var exchange = entry.Exchange;
        var caller = CallerKey(exchange, isStream);
        PendingWithdrawals.Withdrawal[] missed;
        lock (gate)
        {
            // No word in the entry says why.
            if (barred.Count > 0 && barred.Contains((caller.First, caller.Second))) throw new RefusalException(Reasons.TooBusy);
            counts.Take(caller, Limit(exchange, isStream), isStream ? "limits.streamsPerCaller" : "limits.concurrencyPerCaller");
            if (entry.Counted is { } connection) counts.Return(connection);
            missed = withdrawals.After(entry.Withdrawals);
            entry.BelongTo(caller, isStream);
            withdrawals.Leave();
        }

        OnClaimed(exchange);
        foreach (var withdrawal in missed)
        {
            if (withdrawal.Whose(exchange)) entry.End(withdrawal.Why);
        }
    }

    private void BecomeStream(Entry entry)
    {
        var exchange = entry.Exchange;
        var streams = CallerKey(exchange, isStream: true);
        lock (gate)
        {
            if (!entry.IsStream)
            {
                counts.Take(streams, Limit(exchange, isStream: true), "limits.streamsPerCaller"); // a stream has a place of its own kind
                counts.Return(entry.Counted!.Value);
                entry.BelongTo(streams, isStream: true);
            }
        }

        entry.ExpireAt(exchange.Caller.ExpiresAt);
        if (rights?.HasLostRight(exchange) == true) entry.End(ExchangeEnd.RightWithdrawn);
    }

    private void Hold(Entry entry)
    {
        bool ends;
        lock (gate)
        {
            entry.IsHeld = true;
            ends = drains;
        }

        if (!entry.IsStream) entry.ExpireAt(entry.Exchange.Caller.ExpiresAt);
        if (ends) entry.End(ExchangeEnd.Draining);
    }

    // Ends what is due. The threat: code that runs at the end of one exchange blocks, and no deadline or expired token ends any other exchange from
    // then on (CWE-833). So the timer is set for the others before the first end.
    private long EndDue()
    {
        var now = time.GetTimestamp();
        var next = Timestamps.Never;
        List<Entry> due = [];
        lock (gate)
        {
            foreach (var entry in entries)
            {
                var moment = entry.Due;
                if (moment <= now) due.Add(entry);
                else next = Math.Min(next, moment);
            }
        }

        deadlines.Schedule(due.Count > 1 ? Math.Min(next, time.After(now, TakeOver)) : next);
        var left = Timestamps.Never;
        foreach (var entry in due) left = Math.Min(left, entry.EndDue(now));
        return left;
    }

    private static CountKey CallerKey(Exchange exchange, bool isStream) =>
        new(isStream ? CountKind.Streams : CountKind.Requests, exchange.Subject!.Issuer, exchange.Subject.Subject);

    private static int Limit(Exchange exchange, bool isStream)
    {
        var limits = exchange.Snapshot.Settings.Limits;
        return isStream ? limits.StreamsPerCaller : limits.ConcurrencyPerCaller;
    }

    private void Leave(Entry entry)
    {
        TaskCompletionSource? waiting, emptied = null;
        lock (gate)
        {
            if (!entries.Remove(entry)) return;
            if (entry.Counted is { } counted) counts.Return(counted);
            if (!entry.IsClaimed) withdrawals.Leave();
            waiting = entry.Leaving;
            if (entries.Count == 0) (emptied, empty) = (empty, null);
        }

        waiting?.TrySetResult();
        emptied?.TrySetResult();
    }

    private void EndHold(Entry entry)
    {
        lock (gate) entry.IsHeld = false;
        if (!entry.IsStream) entry.CancelExpiry();
    }

    private sealed class Entry(ExchangeRegistry registry, Exchange exchange, IExchangeLife life, CountKey? counted) : IExchangeLease
    {
        private long deadline = Timestamps.Never;
        private long expiry = Timestamps.Never;

        /// <summary>Completed when the exchange has left, after its last entry; null while no erasure waits for that. Under the lock.</summary>
        public TaskCompletionSource? Leaving { get; private set; }

        public Task AwaitLeaving() => (Leaving ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public Exchange Exchange => exchange;

        /// <summary>The party that the exchange counts for; null for one that no connection counts.</summary>
        public CountKey? Counted { get; private set; } = counted;

        /// <summary>Withdrawals of rights that were remembered before the exchange began.</summary>
        public int Withdrawals { get; init; }

        public bool IsClaimed { get; private set; }

        public bool IsStream { get; private set; }

        public bool IsHeld { get; set; }

        public void BelongTo(in CountKey caller, bool isStream)
        {
            Counted = caller;
            IsClaimed = true;
            IsStream = isStream;
        }

        public void Claim(bool isStream) => registry.Claim(this, isStream);

        public void BecomeStream() => registry.BecomeStream(this);

        public IDisposable Hold()
        {
            registry.Hold(this);
            return new HoldEnd(registry, this);
        }

        /// <summary>The earlier of deadline and expiry.</summary>
        public long Due => Math.Min(Volatile.Read(ref deadline), Volatile.Read(ref expiry));

        public void SetDeadline(long? due) => Schedule(ref deadline, due ?? Timestamps.Never);

        public void ExpireAt(DateTimeOffset moment) => Schedule(ref expiry, registry.time.After(moment - registry.time.GetUtcNow()));

        public void CancelExpiry() => Volatile.Write(ref expiry, Timestamps.Never);

        /// <summary>Ends the exchange for each of its moments that has come, once, and returns the one that has not.</summary>
        public long EndDue(long now)
        {
            if (TryExpire(ref expiry, now)) End(ExchangeEnd.RightWithdrawn);
            if (TryExpire(ref deadline, now)) GuardedTimer.Run("end of exchange " + exchange.Record.Id, life.EndByDeadline, registry.log);
            return Due;
        }

        // An exchange whose end fails keeps no other open: a revocation ends all that it names.
        public void End(ExchangeEnd why) => GuardedTimer.Run("end of exchange " + exchange.Record.Id, () => life.End(why), registry.log);

        public void Dispose() => registry.Leave(this);

        // Interlocked.Exchange is a full fence: either the timer's body sees the moment, or Schedule sets the timer for it.
        private void Schedule(ref long moment, long due)
        {
            Interlocked.Exchange(ref moment, due);
            registry.deadlines.Schedule(due);
        }

        private static bool TryExpire(ref long moment, long now)
        {
            var due = Volatile.Read(ref moment);
            return due <= now && Interlocked.CompareExchange(ref moment, Timestamps.Never, due) == due;
        }
    }

    private sealed class BarEnd(ExchangeRegistry registry, (string Issuer, string Subject) person) : IDisposable
    {
        public void Dispose()
        {
            lock (registry.gate) registry.barred.Remove(person);
        }
    }

    private sealed class HoldEnd(ExchangeRegistry registry, Entry entry) : IDisposable
    {
        public void Dispose() => registry.EndHold(entry);
    }
}
