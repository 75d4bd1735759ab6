using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Audit.Verifier;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit gaps</c>.</summary>
internal static class AuditGapsCommand
{
    private static readonly Dictionary<string, string> Headings = new(StringComparer.Ordinal)
    {
        [LogGap.Unended] = "calls begun by a process that has ended, without an end",
        [LogGap.NotRun] = "checks that did not run",
        [LogGap.Messages] = "exchanges in which messages were lost, or may have been",
        [LogGap.Lost] = "times when entries were lost",
        [LogGap.Receipt] = "receipts that were not kept",
        [LogGap.Log] = "logs that did not end as they should",
        [LogGap.Open] = "calls begun by the newest process, without an end until now",
    };

    public static Command Create()
    {
        var question = new LogQuestionOptions();
        var filter = new EntryFilterOptions();
        var receipts = new Option<string[]>("--receipt")
        { Description = "Receipt of a caller, compared with the files of the log. Repeatable. Needs the right to read them.", HelpName = "file" };
        var keys = ReceiptGaps.Keys();
        var archived = new ArchivedOption("Entries of a log whose bundles are in your archive, as log-0001:256-511. Other entries that are not here count as missing. Repeatable.");
        var command = new Command("gaps",
            """
            Print what is missing in the audit log. These are calls that were begun and have no end, checks that did not run, messages and
            entries that were lost, receipts that were not kept, and logs that did not end as they should: neither continued nor ended, damaged,
            rolled back, replaced or lost. A call of the newest process may still be in progress. The command reads the whole log, and needs the same rights as a search. With --log it reads files instead, and asks no gateway.

            Entries that are not in the folder, because their bundles were archived or deleted, cannot be examined. The command names them.
            They count as missing unless --archived names them, or an entry behind them is older than --since.

            The exit code is 1 if something is missing, and 0 if nothing is. Calls that may still be in progress are not missing. It is 3 if
            there is no answer: no gateway answers, it refused, or the log cannot be read.

            Examples:
              gatehouse audit gaps --config gatehouse.yaml --token-file admin.token --purpose "weekly review" --since 2026-11-16
              gatehouse audit gaps --log /mnt/archive/audit --json
              gatehouse audit gaps --log /mnt/archive/audit --archived log-0001:256-511
              gatehouse audit gaps --log /mnt/archive/audit --receipt receipt.json
            """);
        question.AddTo(command);
        filter.AddSinceTo(command);
        command.Add(receipts);
        command.Add(keys);
        command.Need(keys, receipts);
        command.Add(archived.Option);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (filter.Of(parsed) is not { } asked) return ExitCodes.Usage;
            if (IsInTheFuture(asked.Since)) return ExitCodes.Usage;
            if (ReceiptGaps.Read(parsed.GetValue(receipts) ?? []) is not { } given) return ExitCodes.Usage;
            if (EvidenceOptions.ReadKeys(parsed.GetValue(keys), new TerminalShown()) is not { } known) return ExitCodes.Usage;
            if (archived.Read(parsed, new TerminalShown()) is not { } ranges) return ExitCodes.Usage;
            if (ReceiptGaps.Find(question.Folder(parsed), given, known) is not { } broken) return ExitCodes.Unavailable;
            GapReport? report = null;
            var code = await question.FindGapsAsync(parsed, asked, reply =>
            {
                report = broken.Aggregate(reply.As<LogGapsFound>().Report, static (known, gap) => known.With(gap));
                if (parsed.GetValue(question.Json)) JsonOutput.WriteLine("auditGaps", report, OutputJson.Default.GapReport);
                else Print(report, ranges);
                if (report.Entries == 0 && asked.Since is { } since)
                    Terminal.NoteLine($"the log has no entry since {Moments.Rfc3339(since)}, so nothing was examined");
                if (reply.Message is { } message) Terminal.NoteLine(message);
            }, cancellation).ConfigureAwait(false);
            // 1 says that something is missing. A gateway that refused has not said so.
            if (code == ExitCodes.No) return ExitCodes.Unavailable;
            return code == ExitCodes.Done && report is not null && IsIncomplete(report, ranges) ? ExitCodes.No : code;
        });
        return command;
    }

    // No entry is there, so nothing would be missing, as long as the year of a regular run is wrong.
    private static bool IsInTheFuture(DateTimeOffset? since)
    {
        if (since is null || since <= TimeProvider.System.GetUtcNow()) return false;
        Terminal.Fault("--since is in the future, so no entry would be examined");
        Terminal.Hint("give an earlier time in UTC");
        return true;
    }

    // The threat: a person without the log's key deletes bundles, and no check of the entries that are left misses them (CWE-778).
    private static bool IsIncomplete(GapReport report, IReadOnlyList<ArchivedRange> archived) =>
        report.IsSomethingMissing || report.Absent.Any(range => !range.IsWithin(archived));

    private static void Print(GapReport report, IReadOnlyList<ArchivedRange> archived)
    {
        foreach (var kind in LogGap.Kinds.Where(kind => report.Counts.GetValueOrDefault(kind) > 0))
        {
            var gaps = report.Gaps.Where(gap => gap.Kind == kind).ToList();
            Terminal.Row($"{Headings[kind]}: {report.Counts[kind]}", Terminal.Emphasis);
            foreach (var gap in gaps) Terminal.Lines(Columns.Filled(Words(gap).Select(VisibleText.Escape), Terminal.DataColumns, "  "));
            if (report.Counts[kind] > gaps.Count) Terminal.NoteLine($"the newest {gaps.Count} are shown");
        }

        foreach (var range in report.Absent) Terminal.NoteLine(Words(range, archived));
        var found = IsIncomplete(report, archived) ? "" : report.Absent.Count > 0 ? "nothing is missing in the entries that are here; " : "nothing is missing; ";
        Terminal.Note($"{found}{Counted.Of(report.Entries, "entry", "entries")} examined");
    }

    private static string Words(AbsentRange range, IReadOnlyList<ArchivedRange> archived)
    {
        if (range.IsWithin(archived)) return $"{range} are in the archive, and were not examined";
        var option = range.Option() is { } given ? $"; if their bundles are in your archive, give {given}" : "";
        return $"{range} are not in the folder, archived or missing, and were not examined{option}";
    }

    private static List<string> Words(LogGap gap)
    {
        List<string> words = [];
        if (gap.At is { } at) words.Add(Moments.Words(at));
        if (gap.AgeSeconds is { } age) words.Add($"{Age(age)} ago");
        if (gap.Kind is LogGap.Lost) words.Add($"{gap.Count} lost {gap.What}");
        else if (gap.What is { } what) words.Add(gap.Count is > 1 and var count ? $"{what} ({count} times)" : what);
        if (gap.Attempts is > 0) words.Add($"attempts to authenticate among them: {gap.Attempts}");
        if (gap.Server is { } server)
            words.Add($"{Cut(gap.Person ?? (gap.IsSealed ? EntryFacts.SealedActor : "no verified token"))} {Cut(server)} {Cut(gap.Method ?? "-")} {Cut(gap.Tool ?? "-")}");
        if (gap.Id is { } id) words.Add(Cut(id));
        return words;
    }

    private static string Age(long seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalDays: >= 2 } age => $"{(int)age.TotalDays} days",
        { TotalHours: >= 2 } age => $"{(int)age.TotalHours} h",
        { TotalMinutes: >= 2 } age => $"{(int)age.TotalMinutes} min",
        _ => $"{seconds} s",
    };

    private static string Cut(string text) => text.Length <= 48 ? text : text[..47] + "…";
}
