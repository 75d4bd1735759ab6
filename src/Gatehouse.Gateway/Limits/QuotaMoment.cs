namespace Gatehouse.Gateway.Limits;

/// <summary>The present moment, as limits see it.</summary>
/// <param name="Ticks">Ticks of 100 ns on the clock that is never set back, for rates.</param>
/// <param name="UtcNow">The calendar's time, for days.</param>
internal readonly record struct QuotaMoment(long Ticks, DateTimeOffset UtcNow)
{
    /// <summary>Days since 0001-01-01 UTC.</summary>
    public int Day => (int)(UtcNow.UtcTicks / TimeSpan.TicksPerDay);

    /// <summary>Time to midnight UTC.</summary>
    public TimeSpan UntilTomorrow => TimeSpan.FromTicks(TimeSpan.TicksPerDay - (UtcNow.UtcTicks % TimeSpan.TicksPerDay));

    /// <summary>Reads both clocks.</summary>
    public static QuotaMoment Now(TimeProvider time) => new(time.GetElapsedTime(0).Ticks, time.GetUtcNow());
}
