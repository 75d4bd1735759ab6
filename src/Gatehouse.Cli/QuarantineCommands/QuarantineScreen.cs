using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Text;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary>Withheld results as text.</summary>
internal static class QuarantineScreen
{
    private const string Kept = "kept";
    private const string Released = "released";
    private const string Deleted = "deleted";

    /// <summary>The heading of a list.</summary>
    public static IReadOnlyList<string> Heading { get; } = ["ID", "STATE", "LEFT", "BYTES", "SERVER", "FINDINGS", "CALL"];

    /// <summary>
    /// Returns one row of a list. Threat: names of tools and people are texts from outside, and with spaces in them they could look like the columns
    /// of another row. So they come last and are in quotation marks.
    /// </summary>
    public static IReadOnlyList<string> Row(QuarantineView one, DateTimeOffset now) =>
    [
        Shown(one.Id), Shown(one.State), Left(one, now), one.Bytes.ToString(CultureInfo.InvariantCulture), Shown(one.Server),
        Shown(string.Join(' ', one.Findings)), Call(one) + By(one) + Delivered(one),
    ];

    /// <summary>Returns a result in full: its state, then the lines that the host wrote, none left out.</summary>
    public static IEnumerable<string> Lines(QuarantineView one)
    {
        yield return $"{Shown(one.Id)}  {Shown(one.State)}, until {Moments.Words(one.Expires)}";
        foreach (var line in one.Lines ?? []) yield return "  " + VisibleText.Guard(line);
        if (one.Shown is { } shown) yield return $"  shown       {Shown(shown)}";
    }

    // A release that a call took keeps its person; a deletion has the person who deleted.
    private static string By(QuarantineView one)
    {
        if (one.State is Kept || (one.By is null && one.Reason is null)) return "";
        var act = one.State == Deleted ? "deleted" : "released";
        var at = one.State is Released or Deleted ? $" at {Moments.Words(one.ChangedAt)}" : "";
        return $"; {act} by {Quoted(one.By)}{at}{(one.Reason is { } reason ? $": {Quoted(reason)}" : "")}";
    }

    // The state changed last when the call took it.
    private static string Delivered(QuarantineView one) => one.State == "delivered" ? $"; delivered at {Moments.Words(one.ChangedAt)}" : "";

    private static string Call(QuarantineView one) =>
        one.Method is null ? "(erased or lost)" : $"{Shown(one.Method)} {Quoted(one.Target)} by {Quoted(one.Caller)}";

    private static string Left(QuarantineView one, DateTimeOffset now)
    {
        if (one.State is not (Kept or Released)) return "-";
        var left = one.Expires - now;
        if (left < TimeSpan.FromMinutes(2)) return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)left.TotalSeconds)} s");
        return left < TimeSpan.FromHours(2) ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalMinutes} min")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours} h");
    }

    private static string Quoted(string? text) => VisibleText.InQuotes(Shown(text ?? ""));

    private static string Shown(string text) => VisibleText.Escape(text);
}
