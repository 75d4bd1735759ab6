using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Bounds;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Revocations by control and by files. Files are looked at again at a fixed interval. So a change is in force, open streams included, at the latest
/// one interval after it was written.
/// </summary>
internal sealed class WatchedRevocations : IRevocationList, IDisposable
{
    private readonly IRevocationList own;
    private readonly Action<string> tell;
    private readonly Action changed;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private volatile RevocationSources sources;
    private string? told;
    private int overdue;
    private long generation;

    /// <param name="own">Revocations by control.</param>
    /// <param name="sources">The files.</param>
    /// <param name="every">The interval between two looks at the files.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Receives the reason why a new file does not count.</param>
    /// <param name="changed">Called after the files revoke more or less than before.</param>
    public WatchedRevocations(IRevocationList own, RevocationSources sources, TimeSpan every, TimeProvider time, Action<string> tell, Action changed)
    {
        this.own = own;
        this.sources = sources;
        this.tell = tell;
        this.changed = changed;
        overdue = sources.CountOverdue();
        timer = GuardedTimer.Start(time, this, static watched => watched.Look(), static (watched, e) => watched.LookFailed(e),
            Pace(sources, every), Pace(sources, every));
    }

    /// <inheritdoc />
    public long Generation => own.Generation + Interlocked.Read(ref generation);

    /// <inheritdoc />
    public bool IsRevoked(VerifiedToken token) => own.IsRevoked(token) || sources.IsRevoked(token);

    /// <summary>Takes the files of a new configuration.</summary>
    public void Use(RevocationSources next, TimeSpan every)
    {
        lock (gate)
        {
            overdue = next.CountOverdue();
            sources = next;
            timer.Change(Pace(next, every), Pace(next, every));
            Interlocked.Increment(ref generation);
        }
    }

    /// <inheritdoc />
    public void Dispose() => timer.Dispose();

    // Without a file there is nothing to wake for.
    private static TimeSpan Pace(RevocationSources sources, TimeSpan every) => sources.IsEmpty ? Timeout.InfiniteTimeSpan : every;

    private void Look()
    {
        lock (gate)
        {
            var current = sources;
            var isNew = current.Refresh(ReportOnce);
            var overdueNow = current.CountOverdue();
            if (!isNew && overdueNow == overdue) return;
            overdue = overdueNow;
            Interlocked.Increment(ref generation);
        }

        changed();
    }

    // The present content of the files is not known in full. No revocation is taken back, no earlier answer is used any more, and streams are judged
    // again by the facts that are known.
    private void LookFailed(Exception e)
    {
        Interlocked.Increment(ref generation);
        try
        {
            ReportOnce($"the files could not be looked at ({e.GetType().FullName})");
        }
        finally
        {
            changed();
        }
    }

    // A file that stays faulty is reported once, not at every look.
    private void ReportOnce(string fault)
    {
        if (fault == told) return;
        told = fault;
        tell(fault);
    }
}
