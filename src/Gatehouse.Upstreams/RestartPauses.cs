using Gatehouse.Identity.Partitions;
using Gatehouse.Isolation;

namespace Gatehouse.Upstreams;

/// <summary>
/// The permissions to start a process of a local server. Each caller pauses for the processes that ended during that caller's requests, and for no
/// others. In addition, a server has a rate of restarts, of which one caller gets a part. Failures that a caller causes beyond that part lengthen the
/// caller's own pauses and use nothing of the rate. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one caller crashes a server repeatedly, and a pause of the server keeps all other callers from it (CWE-770). The first failure of a
/// caller costs no pause; the next ones within a minute cost growing pauses (<see cref="RestartBackoff"/>).
/// </remarks>
internal sealed class RestartPauses(TimeProvider time)
{
    /// <summary>Failures of a server's processes within a minute, beyond which no caller can start one.</summary>
    public const int MostInAMinute = 60;

    private const int MostCallers = 4096;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<CallerPartition, Paused> callers = [];
    private readonly PartitionedBudget failures = new();
    private readonly Queue<Failure> recent = new();

    /// <summary>Failures within the last minute that used the server's rate.</summary>
    public int Recent
    {
        get
        {
            lock (gate)
            {
                Expire();
                return recent.Count;
            }
        }
    }

    /// <summary>Tells whether the caller may have a process started.</summary>
    /// <param name="caller">The caller that asks for it.</param>
    /// <param name="percent">The part of the rate that one caller gets.</param>
    /// <param name="wait">Time to wait if it may not.</param>
    public bool MayStart(CallerPartition caller, int percent, out TimeSpan wait)
    {
        lock (gate)
        {
            Expire();
            wait = OwnPause(caller);
            if (failures.Used >= MostInAMinute) wait = Longer(wait, UntilOldest(null));
            else if (failures.HeldBy(caller) >= PartitionedBudget.PartOf(MostInAMinute, percent)) wait = Longer(wait, UntilOldest(caller));
            return wait == TimeSpan.Zero;
        }
    }

    /// <summary>Tells whether the caller may use a shared process that already runs: only the caller's own pause counts.</summary>
    /// <param name="caller">The caller that asks for it.</param>
    /// <param name="wait">Time to wait if it may not.</param>
    public bool MayUse(CallerPartition caller, out TimeSpan wait)
    {
        lock (gate)
        {
            wait = OwnPause(caller);
            return wait == TimeSpan.Zero;
        }
    }

    /// <summary>Records that the caller had a process started.</summary>
    public void Started(CallerPartition caller)
    {
        lock (gate)
        {
            if (callers.TryGetValue(caller, out var own)) own.Backoff.Started();
        }
    }

    /// <summary>Records that a process did not start, or ended without a request to end.</summary>
    /// <param name="blamed">The callers with requests in progress; if there were none, the caller that had it started. At least one.</param>
    /// <param name="percent">The part of the rate that one caller gets.</param>
    public void Failed(IReadOnlyCollection<CallerPartition> blamed, int percent)
    {
        lock (gate)
        {
            Expire();
            Forget();
            foreach (var caller in blamed)
            {
                if (!callers.TryGetValue(caller, out var own) || IsOver(own)) callers[caller] = own = new Paused(new RestartBackoff(time));
                own.At = time.GetTimestamp();
                own.Count++;
                own.Backoff.Failed();
            }

            // One failure is one restart of the server's rate. Of several callers, it counts against the one with the most failures.
            var most = blamed.MaxBy(caller => callers[caller].Count);
            if (failures.TryTake(most, 1, MostInAMinute, PartitionedBudget.PartOf(MostInAMinute, percent)) == PartitionedVerdict.Taken)
                recent.Enqueue(new Failure(time.GetTimestamp(), most));
        }
    }

    private TimeSpan OwnPause(CallerPartition caller) =>
        callers.TryGetValue(caller, out var own) && !own.Backoff.MayStart(out var left) ? left : TimeSpan.Zero;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private TimeSpan UntilOldest(CallerPartition? of)
    {
        foreach (var failure in recent)
        {
            if (of is null || failure.Caller == of) return Longer(TimeSpan.FromSeconds(1), Window - time.GetElapsedTime(failure.At));
        }

        return TimeSpan.Zero;
    }

    private void Expire()
    {
        while (recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= Window)
        {
            recent.Dequeue();
            failures.Return(oldest.Caller, 1);
        }
    }

    // A caller starts without a pause when its last failure is longer ago than the longest pause and a healthy minute.
    private void Forget()
    {
        if (callers.Count < MostCallers / 16) return;
        foreach (var (caller, own) in callers)
        {
            if (IsOver(own)) callers.Remove(caller);
        }

        // A failure of others ends no caller's pause, except that of the caller whose last failure is longest ago.
        if (callers.Count >= MostCallers) callers.Remove(callers.MinBy(pair => pair.Value.At).Key);
    }

    private bool IsOver(Paused own) => time.GetElapsedTime(own.At) >= RestartBackoff.LongestPause + RestartBackoff.StableAfter;

    private readonly record struct Failure(long At, CallerPartition Caller);

    private sealed class Paused(RestartBackoff backoff)
    {
        public RestartBackoff Backoff { get; } = backoff;

        public long At { get; set; }

        public int Count { get; set; }
    }
}
