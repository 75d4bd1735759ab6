using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Bounds;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// What was revoked, by control and by files. Files are looked at again at a fixed interval: a change is in force, open
/// streams included, one interval after it was written at the latest.
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

    /// <param name="own">What was revoked by control.</param>
    /// <param name="sources">The files.</param>
    /// <param name="every">How often they are looked at.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told why a new file does not count.</param>
    /// <param name="changed">Called after more or less is revoked by files than before.</param>
    public WatchedRevocations(IRevocationList own, RevocationSources sources, TimeSpan every, TimeProvider time, Action<string> tell, Action changed)
    {
        this.own = own;
        this.sources = sources;
        this.tell = tell;
        this.changed = changed;
        overdue = sources.CountOverdue();
        timer = GuardedTimer.Start(time, this, static watched => watched.Look(), static (watched, e) => watched.LookFailed(e), every, every);
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
            sources = next;
            overdue = next.CountOverdue();
            timer.Change(every, every);
            Interlocked.Increment(ref generation);
        }
    }

    /// <inheritdoc />
    public void Dispose() => timer.Dispose();

    private void Look()
    {
        lock (gate)
        {
            var current = sources;
            var isNew = current.Refresh(TellOnce);
            var overdueNow = current.CountOverdue();
            if (!isNew && overdueNow == overdue) return;
            overdue = overdueNow;
            Interlocked.Increment(ref generation);
        }

        changed();
    }

    // What the files say now is not known in full. Nothing that was revoked is taken back, no answer from before is used any more, and
    // streams are judged anew by what is known.
    private void LookFailed(Exception e)
    {
        Interlocked.Increment(ref generation);
        try
        {
            TellOnce($"the files could not be looked at ({e.GetType().FullName})");
        }
        finally
        {
            changed();
        }
    }

    // A file that stays faulty is told of once, not at every look.
    private void TellOnce(string fault)
    {
        if (fault == told) return;
        told = fault;
        tell(fault);
    }
}
