using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit search</c>.</summary>
internal static class AuditSearchCommand
{
    public static Command Create()
    {
        var question = new LogQuestionOptions();
        var filter = new EntryFilterOptions();
        var limit = ClosedList.Number("--limit", "Most entries, 1 to 1000. Default: 50.");
        var after = new Option<string?>("--after") { Description = "Continue behind this place, as the page before printed it.", HelpName = "place" };
        var oldest = new Option<bool>("--oldest-first") { Description = "Print the oldest entries first." };
        var csv = new Option<bool>("--csv") { Description = "Print CSV. Cells that a spreadsheet would run begin with an apostrophe." };
        var command = new Command("search",
            """
            Find entries of the audit log of a running gateway. Newest entries come first. The gateway records each search with its
            purpose. The command needs an access token of an administrator with a right in administration.reading, or with --dev
            a confirmation typed at the terminal. With --log it reads files instead, and asks no gateway.

            Examples:
              gatehouse audit search --config gatehouse.yaml --token-file admin.token --purpose "ticket 4711" --person alice --verdict deny
              gatehouse audit search --log /mnt/archive/audit --finding ghs9001 --since 2026-11-01 --csv
            """);
        question.AddTo(command);
        filter.AddTo(command);
        foreach (var option in (Option[])[limit, after, oldest, csv]) command.Add(option);
        command.Check(result =>
        {
            if (result.GetValue(csv) && result.GetValue(question.Json)) result.AddError("--csv and --json exclude each other");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            if (filter.Of(parsed) is not { } asked) return ExitCodes.Usage;
            asked = asked with { Limit = parsed.GetValue(limit) ?? 50, After = parsed.GetValue(after), OldestFirst = parsed.GetValue(oldest) };
            var (isCsv, isJson) = (parsed.GetValue(csv), parsed.GetValue(question.Json));
            return await question.FindAsync(parsed, isCsv || isJson ? LogReading.Export : LogReading.Search, asked,
                reply => Print(reply, EntryTable.Of(asked, Terminal.DataColumns), isCsv, isJson), cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static void Print(ControlReply reply, EntryTable table, bool isCsv, bool isJson)
    {
        var page = reply.As<LogPage>().Page;
        if (isCsv) Terminal.Row(EntryCsv.Header);
        else if (!isJson && page.Entries.Count > 0) table.PrintHeader();
        foreach (var entry in page.Entries)
        {
            if (isCsv) Terminal.Row(EntryCsv.Line(entry));
            else if (isJson) JsonOutput.WriteLine("auditEntry", JsonObject.Create(entry));
            else table.Print(entry);
        }

        if (page.Entries.Count == 0) Terminal.Note("no entries");
        if (reply.Message is { } message) Terminal.NoteLine(message);
        if (page.Next is { } next) Terminal.NoteLine($"there are more; continue with --after {next}");
    }
}
