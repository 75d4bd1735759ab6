namespace Gatehouse.Testing;

/// <summary>
/// A clock that moves only when told to. Timers fire inside <see cref="Advance"/>, in the order in which they are due, on the
/// caller's thread. Safe for concurrent use.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now;
    private long elapsedTicks;

    /// <summary>Starts at 2026-01-01T00:00:00Z.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Starts at a moment.</summary>
    public ManualTimeProvider(DateTimeOffset start) => now = start;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers wait for the clock.</summary>
    public int Planned
    {
        get
        {
            lock (gate)
                return timers.Count;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (gate)
            return elapsedTicks;
    }

    /// <summary>Moves the clock forward and fires every timer that becomes due on the way, each at its own moment.</summary>
    /// <param name="span">How far; zero fires what is due now.</param>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        var end = GetTimestamp() + span.Ticks;
        while (TakeDue(end) is { } due)
            due.Fire();
        MoveTo(end);
    }

    /// <summary>Sets the wall clock, forward or back, as an operator would; timers and timestamps do not move.</summary>
    public void SetUtcNow(DateTimeOffset now)
    {
        lock (gate)
            this.now = now;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Plans a timer anew; null takes it out.</summary>
    internal void Plan(ManualTimer timer, TimeSpan? dueTime)
    {
        lock (gate)
        {
            timers.Remove(timer);
            if (dueTime is not { } due)
                return;
            timer.DueAt = elapsedTicks + due.Ticks;
            timers.Add(timer);
        }
    }

    private ManualTimer? TakeDue(long end)
    {
        lock (gate)
        {
            var next = timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            if (next is null)
                return null;
            MoveTo(Math.Max(next.DueAt, elapsedTicks));
            timers.Remove(next);
            return next;
        }
    }

    private void MoveTo(long elapsedTicks)
    {
        lock (gate)
        {
            now += TimeSpan.FromTicks(elapsedTicks - this.elapsedTicks);
            this.elapsedTicks = elapsedTicks;
        }
    }
}
