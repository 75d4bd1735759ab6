using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Text;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary>Withheld results as text.</summary>
internal static class QuarantineScreen
{
    private const string Kept = "kept";
    private const string Released = "released";

    /// <summary>The heading of a list.</summary>
    public static string Heading => $"{"ID",-14}  {"STATE",-9}  {"LEFT",-8}  {"BYTES",-9}  {"SERVER",-16}  {"FINDINGS",-20}  CALL";

    /// <summary>
    /// Returns one line of a list. Threat: names of tools and people are texts from outside, and with spaces in them they could look like the columns
    /// of another row. So they come last and are in quotation marks.
    /// </summary>
    public static string Row(QuarantineView one, DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture,
        $"{one.Id,-14}  {Shown(one.State),-9}  {Left(one, now),-8}  {one.Bytes,-9}  {Shown(one.Server),-16}  {Shown(string.Join(' ', one.Findings)),-20}  {Call(one)}");

    /// <summary>Returns a result in full: its state, then the lines that the host wrote, none left out.</summary>
    public static IEnumerable<string> Lines(QuarantineView one)
    {
        yield return $"{Shown(one.Id)}  {Shown(one.State)}, until {one.Expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}";
        foreach (var line in one.Lines ?? []) yield return "  " + VisibleText.Guard(line);
        if (one.Shown is { } shown) yield return $"  shown       {Shown(shown)}";
    }

    private static string Call(QuarantineView one) =>
        one.Method is null ? "the caller was erased" : $"{Shown(one.Method)} {Quoted(one.Target)} by {Quoted(one.Caller)}";

    private static string Left(QuarantineView one, DateTimeOffset now)
    {
        if (one.State is not (Kept or Released)) return "-";
        var left = one.Expires - now;
        if (left < TimeSpan.FromMinutes(2)) return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)left.TotalSeconds)} s");
        return left < TimeSpan.FromHours(2) ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalMinutes} min")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours} h");
    }

    private static string Quoted(string? text) => VisibleText.Quoted(Shown(text ?? ""));

    private static string Shown(string text) => VisibleText.Escape(text);
}
