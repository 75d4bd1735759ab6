using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Text;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>Questions to people as text.</summary>
internal static class ApprovalScreen
{
    private const string Open = "open";

    /// <summary>The heading of a list.</summary>
    public static string Heading => $"{"ID",-14}  {"STATE",-12}  {"GRANTED",-7}  {"SERVER",-16}  {"RULE",-20}  QUESTION";

    /// <summary>
    /// Returns one line of a list. Threat: names of tools, people and clients are texts from outside, and with spaces in them they could look like
    /// the columns of another row. So they come last and are in quotation marks.
    /// </summary>
    public static string Row(ApprovalView one, DateTimeOffset now) =>
        $"{one.Id,-14}  {StateOf(one, now),-12}  {GrantedOf(one),-7}  {Shown(one.Server ?? "-"),-16}  {Shown(string.Join(' ', one.Rules)),-20}  {Question(one)}";

    /// <summary>Returns a question in full: its state, then the lines that the host wrote, none left out.</summary>
    public static IEnumerable<string> Lines(ApprovalView one, DateTimeOffset now)
    {
        var end = one.Expires is { } at ? $", until {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}" : "";
        yield return $"{VisibleText.Escape(one.Id)}  {StateOf(one, now)}{end}; granted by {GrantedOf(one)}";
        if (one.Definition is { } definition) yield return $"  {Shown(definition.Server)}/{Shown(one.Target ?? "")}  {Shown(one.Digest)}";
        foreach (var line in one.Lines ?? []) yield return "  " + VisibleText.Guard(line);
        if (one.Shown is { } shown) yield return $"  shown       {Shown(shown)}";
    }

    /// <summary>Returns a time in seconds in words; a question mark where it is not known any more.</summary>
    public static string Lasts(long? seconds)
    {
        if (seconds is not { } all) return "?";
        var parts = new[] { (all / 3600, "h"), (all / 60 % 60, "min"), (all % 60, "s") };
        return string.Join(' ', parts.Where(static part => part.Item1 > 0)
            .Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")));
    }

    private static string Question(ApprovalView one) => one.Kind == ApprovalView.DefinitionKind
        ? $"definition {Quoted(one.Target)}"
        : one.Kind == ApprovalView.AccessKind ? $"right for {Lasts(one.Lasts)} by {Quoted(one.Caller)}"
        : $"{Shown(one.Method ?? "")} {Quoted(one.Target)} by {Quoted(one.Caller)}{(one.Client is null ? "" : $" with {Quoted(one.Client)}")}";

    private static string GrantedOf(ApprovalView one) => string.Create(CultureInfo.InvariantCulture, $"{one.Granted} of {one.Needed}");

    private static string StateOf(ApprovalView one, DateTimeOffset now) => one is { State: Open, Expires: { } end } ? $"{Left(end - now)} left" : Shown(one.State);

    private static string Left(TimeSpan left) => left < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)left.TotalSeconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalMinutes} min");

    /// <summary>Returns the right of a question in words: rule, time and person.</summary>
    public static string Right(ApprovalView one) =>
        $"the right {Quoted(string.Join(' ', one.Rules))} for {Lasts(one.Lasts)} to {Quoted(one.Caller)} of {Quoted(one.CallerIssuer)}";

    private static string Quoted(string? text) => $"\"{Shown(text ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Shown(string text) => VisibleText.Escape(text);
}
