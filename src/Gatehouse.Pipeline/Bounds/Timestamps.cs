namespace Gatehouse.Pipeline.Bounds;

/// <summary>Arithmetic with timestamps of a <see cref="TimeProvider"/>.</summary>
internal static class Timestamps
{
    /// <summary>A timestamp that no clock reaches.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Returns the timestamp of the clock after the span from now.</summary>
    public static long After(this TimeProvider clock, TimeSpan span) => clock.After(clock.GetTimestamp(), span);

    /// <summary>Returns the timestamp that is the time after another one; <see cref="Never"/> where the sum is too large.</summary>
    /// <param name="clock">The clock that both timestamps belong to.</param>
    /// <param name="timestamp">The timestamp.</param>
    /// <param name="span">The time; a negative one gives an earlier timestamp.</param>
    public static long After(this TimeProvider clock, long timestamp, TimeSpan span)
    {
        var sum = timestamp + ((Int128)span.Ticks * clock.TimestampFrequency / TimeSpan.TicksPerSecond);
        return sum < Never ? (long)Int128.Max(sum, long.MinValue) : Never;
    }
}
