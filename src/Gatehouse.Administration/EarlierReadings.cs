using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>
/// Readings of the log before an erasure that may have shown entries of the person: those that asked for the person, and those that asked for no
/// person. Readings that asked for another person are not among them.
/// </summary>
/// <param name="All">The readings, newest first.</param>
internal sealed record EarlierReadings(IReadOnlyList<EarlierReading> All)
{
    private const int ShownTimes = 10;

    private static readonly string[] Exporting = ["person", "export"];

    /// <summary>Returns a remark for whoever erases about each kind of reading; none where there is no reading.</summary>
    public IEnumerable<string> Remarks()
    {
        var exports = All.Where(static one => Exporting.Contains(one.Kind)).ToLookup(static one => one.NamesPerson);
        var others = All.Where(static one => !Exporting.Contains(one.Kind)).ToList();
        return ((string[])[Named(exports[true].ToList()), Unnamed(exports[false].ToList()), Shown(others)]).Where(static remark => remark.Length > 0);
    }

    private static string Named(List<EarlierReading> exports) => exports.Count == 0 ? ""
        : $"{Counted.Of(exports.Count, "export")} named this person and {(exports.Count == 1 ? "is" : "are")} not reached ({Times(exports)})";

    private static string Unnamed(List<EarlierReading> exports) => exports.Count == 0 ? ""
        : $"{Counted.Of(exports.Count, "export")} without a person since {Day(exports[^1].At)} may have entries of this person and "
            + $"{(exports.Count == 1 ? "is" : "are")} not reached ({Times(exports)})";

    private static string Shown(List<EarlierReading> readings)
    {
        if (readings.Count == 0) return "";
        var kinds = readings.GroupBy(static one => one.Kind, StringComparer.Ordinal).OrderBy(static kind => kind.Key, StringComparer.Ordinal)
            .Select(static kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Count()}"));
        return $"{Counted.Of(readings.Count, "other reading")} since {Day(readings[^1].At)} may have shown entries of this person, and "
            + $"copies of the output are not reached ({string.Join(", ", kinds)})";
    }

    private static string Times(List<EarlierReading> readings) =>
        string.Join(", ", readings.Take(ShownTimes).Select(static one => Moments.Rfc3339(one.At)))
        + (readings.Count > ShownTimes ? ", ..." : "");

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A reading of the log.</summary>
/// <param name="Kind">The kind, one of <see cref="Kinds"/>.</param>
/// <param name="NamesPerson">True where it asked for the person; false where it asked for no person.</param>
/// <param name="At">The time of its entry.</param>
internal sealed record EarlierReading(string Kind, bool NamesPerson, DateTimeOffset At)
{
    /// <summary>The kinds whose answers have entries or name persons. Counts by <c>stats</c> do neither.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["person", .. Enum.GetValues<LogReading>().Select(LogReadings.Text), "gaps"];
}
