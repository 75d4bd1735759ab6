namespace Gatehouse.Range.Running;

/// <summary>The clock of the system, moved forward by as much as a script says. Timers run as they do without it.</summary>
internal sealed class MovedClock : TimeProvider
{
    private long ticks;

    /// <summary>Moves the clock forward.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ticks));
}
