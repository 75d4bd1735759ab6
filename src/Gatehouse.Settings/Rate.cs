namespace Gatehouse.Settings;

/// <summary>A number of events in a period, such as <c>60/min</c>.</summary>
/// <param name="Count">Number of events; at least 1.</param>
/// <param name="Period">The period: one second, minute or hour.</param>
public readonly record struct Rate(int Count, TimeSpan Period)
{
    /// <summary>The time between two events at an even rate.</summary>
    public TimeSpan Interval => Period / Count;

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{Count}/{(Period.TotalSeconds < 60 ? "s" : Period.TotalMinutes < 60 ? "min" : "h")}");
}
