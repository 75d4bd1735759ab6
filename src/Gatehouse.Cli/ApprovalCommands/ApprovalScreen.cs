using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>Questions to people as text.</summary>
internal static class ApprovalScreen
{
    private const string Open = "open";
    private const string Granted = "granted";
    private const string Spent = "spent";
    private const string Expired = "expired";
    private const string Closed = "closed";

    /// <summary>The heading of a list.</summary>
    public static IReadOnlyList<string> Heading { get; } = ["ID", "STATE", "GRANTED", "SERVER", "RULE", "QUESTION"];

    /// <summary>
    /// Returns one row of a list. Threat: names of tools, people and clients are texts from outside, and with spaces in them they could look like the
    /// columns of another row. So they come last and are in quotation marks.
    /// </summary>
    public static IReadOnlyList<string> Row(ApprovalView one, DateTimeOffset now) =>
    [
        Shown(one.Id), StateOf(one, now), GrantedOf(one), Shown(one.Server ?? "-"), Shown(string.Join(' ', one.Rules)),
        Question(one) + AnswersOf(one),
    ];

    /// <summary>Returns a question in full: its state, its answers, then the lines that the host wrote, none left out.</summary>
    public static IEnumerable<string> Lines(ApprovalView one, DateTimeOffset now)
    {
        yield return $"{Shown(one.Id)}  {StateInFull(one, now)}; granted by {GrantedOf(one)}";
        foreach (var answer in one.Answers) yield return $"  answer      {Answer(one, answer)}";
        if (one.State is Closed)
            yield return ProposedCommands.Complete($"  cause       in the audit log: gatehouse audit search --text {Shown(one.Id)} --purpose TEXT");
        if (one.Definition is { } definition) yield return $"  {Shown(definition.Server)}/{Shown(one.Target ?? "")}  {Shown(one.Digest)}";
        foreach (var line in one.Lines ?? []) yield return "  " + VisibleText.Guard(line);
        if (one.Shown is { } shown) yield return $"  shown       {Shown(shown)}";
    }

    /// <summary>Returns the answers of people behind a question in a list; empty for none.</summary>
    public static string AnswersOf(ApprovalView one) => string.Concat(one.Answers.Select(answer => "; " + Answer(one, answer)));

    /// <summary>Returns a time in seconds in words; a question mark where it is not known any more.</summary>
    public static string Lasts(long? seconds) => seconds is { } all ? Durations.Words(TimeSpan.FromSeconds(all)) : "?";

    private static string Answer(ApprovalView question, ApprovalAnswerView one) =>
        $"{Verb(question, one)} by {Person(one)} at {Moments.Words(one.At)}" + (one.Reason is { } reason ? $": {Quoted(reason)}" : "");

    // A right that was taken back is closed, and has the person who did that. A right that was denied stays denied.
    private static string Verb(ApprovalView question, ApprovalAnswerView one) =>
        one.Grants ? "granted" : question is { Kind: ApprovalView.AccessKind, State: Closed } ? "revoked" : "denied";

    // The person at a terminal is an account, whose number says nothing without that word.
    private static string Person(ApprovalAnswerView one) => one switch
    {
        { By: null } => "a person whose name was erased or lost",
        { ByIssuer: PersonalFacts.AccountIssuer, By: { } account } => $"account {Shown(account)}",
        { By: { } by } => Quoted(by),
    };

    private static string StateInFull(ApprovalView one, DateTimeOffset now)
    {
        var end = one.Expires is { } at ? Moments.Words(at) : "";
        var changed = one.ChangedAt is { } last ? $" {Moments.Words(last)}" : "";
        return one.State switch
        {
            Open => end.Length == 0 ? Open : $"{StateOf(one, now)}, until {end}",
            Granted => one.Kind == ApprovalView.AccessKind ? $"active until {end}"
                : $"granted, and not used yet; {(one.Kind == ApprovalView.ActKind ? "the person who asked" : "a call")} can use it until {end}",
            Spent => $"granted, and used{changed}",
            Expired => $"expired{(end.Length == 0 ? "" : " " + end)}",
            Closed => $"closed{changed}: it counts no more",
            _ => Shown(one.State) + changed,
        };
    }

    // With the keys of the caller, everything that the question says about the caller and the call is gone.
    private static string Question(ApprovalView one) =>
        one is { Caller: null, Kind: ApprovalView.CallKind or ApprovalView.ActKind or ApprovalView.AccessKind } ? "(erased or lost)"
        : one.Kind == ApprovalView.RememberedKind ? Remembered(one) : one.Kind == ApprovalView.DefinitionKind
        ? $"definition {Quoted(one.Target)}"
        : one.Kind == ApprovalView.ActKind ? Act(one)
        : one.Kind == ApprovalView.AccessKind ? $"right for {Lasts(one.Lasts)} by {Quoted(one.Caller)}"
        : $"{Shown(one.Method ?? "")} {Quoted(one.Target)} by {Quoted(one.Caller)}{(one.Client is null ? "" : $" with {Quoted(one.Client)}")}";

    private static string Remembered(ApprovalView one)
    {
        var where = one.Folder is not { } folder ? " with the same arguments"
            : one.Argument is { } argument ? $" with {Quoted(argument)} in {Quoted(folder)}" : $" in {Quoted(folder)}";
        var client = one.Client is null ? "" : $" with {Quoted(one.Client)}";
        var uses = one.Uses ?? 0;
        var call = $"{Shown(one.Method ?? "")} {(one.Target is null ? "" : Quoted(one.Target))}".TrimEnd();
        return $"{call}{where} by {Quoted(one.Caller)}{client}; until {(one.Expires is { } end ? Moments.Words(end) : "?")}, "
            + $"{(uses == 1 ? "1 use" : string.Create(CultureInfo.InvariantCulture, $"{uses} uses"))} since the start";
    }

    private static string GrantedOf(ApprovalView one) => string.Create(CultureInfo.InvariantCulture, $"{one.Granted} of {one.Needed}");

    private static string StateOf(ApprovalView one, DateTimeOffset now) => one switch
    {
        { State: Open, Expires: { } end } => $"{Left(end - now)} left",
        { State: Spent } => "used",
        _ => Shown(one.State),
    };

    private static string Left(TimeSpan left) => left < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)left.TotalSeconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalMinutes} min");

    /// <summary>Returns the right of a question in words: rule, time and person.</summary>
    public static string Right(ApprovalView one) =>
        $"the right {Quoted(string.Join(' ', one.Rules))} for {Lasts(one.Lasts)} to {Quoted(one.Caller)} of {Quoted(one.CallerIssuer)}";

    /// <summary>Returns the act of a question in words: its name and the person.</summary>
    public static string Act(ApprovalView one) => $"act {Quoted(one.Method)} by {Quoted(one.Caller)}";

    private static string Quoted(string? text) => VisibleText.InQuotes(Shown(text ?? ""));

    private static string Shown(string text) => VisibleText.Escape(text);
}
