using System.Globalization;

namespace Gatehouse.Bench.Reporting;

/// <summary>Numbers as the report writes them.</summary>
internal static class Numbers
{
    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string One(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
