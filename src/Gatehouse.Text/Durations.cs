using System.Globalization;

namespace Gatehouse.Text;

/// <summary>Time spans in words.</summary>
public static class Durations
{
    /// <summary>
    /// Returns a time span in hours, minutes and seconds, such as <c>1 h 30 min</c>. Parts of a second are left out.
    /// </summary>
    /// <param name="span">The time span, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time span is negative.</exception>
    public static string Words(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        var parts = new[] { ((long)span.TotalHours, "h"), (span.Minutes, "min"), (span.Seconds, "s") }.Where(static part => part.Item1 > 0).ToList();
        return parts.Count == 0 ? "0 s"
            : string.Join(' ', parts.Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")));
    }
}
