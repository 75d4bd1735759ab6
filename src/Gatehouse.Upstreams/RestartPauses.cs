using Gatehouse.Identity.Partitions;
using Gatehouse.Isolation;

namespace Gatehouse.Upstreams;

/// <summary>
/// Who may have a process of a local server started now. Each caller pauses for the processes that ended while that caller's requests were
/// under way, and for nobody else's; beside that, a server has a rate of restarts, of which one caller gets a part. What a caller causes beyond
/// that part lengthens the caller's own pauses and uses nothing of the rate. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one caller crashes a server again and again, and a pause of the server keeps everybody else from it (CWE-770). The first
/// failure of a caller costs no pause; the next ones within a minute cost growing ones (<see cref="RestartBackoff"/>).
/// </remarks>
internal sealed class RestartPauses(TimeProvider time)
{
    /// <summary>Failures of a server's processes in a minute, beyond which nobody has one started.</summary>
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

    /// <summary>True when the caller may have a process started; otherwise how long to wait.</summary>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="percent">The part of the rate that one caller gets.</param>
    /// <param name="wait">How long to wait.</param>
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

    /// <summary>True when the caller may use a process that runs already, of one for all: only the caller's own pause counts.</summary>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="wait">How long to wait.</param>
    public bool MayUse(CallerPartition caller, out TimeSpan wait)
    {
        lock (gate)
        {
            wait = OwnPause(caller);
            return wait == TimeSpan.Zero;
        }
    }

    /// <summary>The caller had a process started.</summary>
    public void Started(CallerPartition caller)
    {
        lock (gate)
        {
            if (callers.TryGetValue(caller, out var own)) own.Backoff.Started();
        }
    }

    /// <summary>A process did not start, or ended without being asked to.</summary>
    /// <param name="blamed">Whose requests were under way; where none were, who had it started. One at least.</param>
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

            // One failure is one restart of the server's rate. Of several it is counted against the one who was there most often.
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

    // A caller whose last failure is longer ago than the longest pause and a healthy minute starts anew.
    private void Forget()
    {
        if (callers.Count < MostCallers / 16) return;
        foreach (var (caller, own) in callers)
        {
            if (IsOver(own)) callers.Remove(caller);
        }

        // Nobody's pause ends because others failed, but for the one who failed longest ago.
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
