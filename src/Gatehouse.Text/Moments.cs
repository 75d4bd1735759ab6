using System.Globalization;

namespace Gatehouse.Text;

/// <summary>Moments as text, in UTC and to the second.</summary>
public static class Moments
{
    /// <summary>Returns a moment for people, such as <c>2026-11-28 09:30:00Z</c>.</summary>
    public static string Words(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Returns a moment for programs, such as <c>2026-11-28T09:30:00Z</c> (RFC 3339, section 5.6).</summary>
    public static string Rfc3339(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
