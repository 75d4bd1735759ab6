namespace Gatehouse.Settings;

/// <summary>So many in a time, as <c>60/min</c>.</summary>
/// <param name="Count">How many; at least 1.</param>
/// <param name="Period">In which time; one second, minute or hour.</param>
public readonly record struct Rate(int Count, TimeSpan Period)
{
    /// <summary>The time between two that come evenly.</summary>
    public TimeSpan Interval => Period / Count;

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{Count}/{(Period.TotalSeconds < 60 ? "s" : Period.TotalMinutes < 60 ? "min" : "h")}");
}
