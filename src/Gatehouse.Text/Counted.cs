using System.Globalization;

namespace Gatehouse.Text;

/// <summary>A number with its noun. The noun agrees with the number: "1 file", "2 files".</summary>
public static class Counted
{
    /// <summary>Returns the number and the noun.</summary>
    /// <param name="count">The number.</param>
    /// <param name="singular">The noun for one, such as "file".</param>
    /// <param name="plural">The noun for every other number; by default the singular with an "s".</param>
    public static string Of(long count, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? singular : plural ?? singular + "s")}");
}
