namespace Gatehouse.Testing;

/// <summary>A timer of <see cref="ManualTimeProvider"/>.</summary>
internal sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan period = Timeout.InfiniteTimeSpan;
    private bool isDisposed;

    /// <summary>When it fires, in ticks since the clock's start.</summary>
    public long DueAt { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (isDisposed)
            return false;
        this.period = period;
        clock.Plan(this, dueTime == Timeout.InfiniteTimeSpan ? null : dueTime);
        return true;
    }

    public void Fire()
    {
        if (isDisposed)
            return;
        if (period > TimeSpan.Zero)
            clock.Plan(this, period);
        callback(state);
    }

    public void Dispose()
    {
        isDisposed = true;
        clock.Plan(this, null);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
