using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Locks;

/// <summary>Times as a lock file has them: UTC, to the second (RFC 3339).</summary>
internal static class LockTimes
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string Text(DateTimeOffset time) => Moments.Rfc3339(time);

    public static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time);
}
