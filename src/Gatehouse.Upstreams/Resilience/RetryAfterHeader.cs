using System.Globalization;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>The <c>Retry-After</c> header of a server (RFC 9110 §10.2.3): seconds or a date.</summary>
internal static class RetryAfterHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "Retry-After";

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Reads the requested wait, at most an hour; null when there is none that can be read.</summary>
    public static TimeSpan? Read(string? text, TimeProvider time)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return Bounded(TimeSpan.FromSeconds(seconds));
        return DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? Bounded(moment - time.GetUtcNow())
            : null;
    }

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
}
