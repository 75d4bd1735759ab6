using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Text;

namespace Gatehouse.Cli.AccessCommands;

/// <summary>Requests for rights, and rights, as text.</summary>
internal static class AccessScreen
{
    private const string Open = "open";
    private const string Granted = "granted";

    /// <summary>The heading of a list.</summary>
    public static IReadOnlyList<string> Heading { get; } = ["ID", "STATE", "GRANTED", "LASTS", "RULE", "PERSON"];

    /// <summary>
    /// Returns one row of a list. Threat: names of people are texts from outside, and with spaces in them they could look like the columns of
    /// another row. So they come last and are in quotation marks.
    /// </summary>
    public static IReadOnlyList<string> Row(ApprovalView one, DateTimeOffset now) =>
    [
        VisibleText.Escape(one.Id), StateOf(one, now), GrantedOf(one), one.Assignment is null ? ApprovalScreen.Lasts(one.Lasts) : "", Rule(one),
        Person(one) + ApprovalScreen.AnswersOf(one),
    ];

    private static string GrantedOf(ApprovalView one) =>
        one.Assignment is null ? string.Create(CultureInfo.InvariantCulture, $"{one.Granted} of {one.Needed}") : "by Entra PIM";

    private static string Rule(ApprovalView one) => VisibleText.Escape(string.Join(' ', one.Rules));

    private static string StateOf(ApprovalView one, DateTimeOffset now) => one switch
    {
        { State: Open, Expires: { } end } => $"asked, {Left(end - now)} left",
        { State: Granted, Expires: { } end } => $"active, {Left(end - now)} left",
        { State: Granted, Assignment: not null } => "active",
        _ => VisibleText.Escape(one.State),
    };

    private static string Left(TimeSpan left) => left < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)left.TotalSeconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalMinutes} min");

    private static string Person(ApprovalView one) => one.Caller is { } person ? $"{Quoted(person)} of {Quoted(one.CallerIssuer ?? "")}" : "(erased or lost)";

    private static string Quoted(string text) => VisibleText.InQuotes(VisibleText.Escape(text));
}
