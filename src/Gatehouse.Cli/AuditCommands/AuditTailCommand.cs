using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit tail</c>.</summary>
internal static class AuditTailCommand
{
    // The acts by which this command itself is recorded: each answer with entries would otherwise be followed by one more.
    private const string OwnAct = "control.audit.tail";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var question = new LogQuestionOptions();
        var filter = new EntryFilterOptions();
        var most = ClosedList.Number("--limit", "End after so many entries, 1 to 100000. Default: 10000.");
        var command = new Command("tail",
            """
            Print entries of the audit log as they are written, until Ctrl+C or the limit. The gateway records the beginning, and each
            answer that had entries. Those entries about this command are not printed.

            Example:
              gatehouse audit tail --config gatehouse.yaml --token-file admin.token --purpose "rollout" --verdict deny
            """);
        question.AddTo(command);
        filter.AddTo(command);
        command.Add(most);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (filter.Of(parsed) is not { } asked) return ExitCodes.Usage;
            var isJson = parsed.GetValue(question.Json);
            var bound = Math.Clamp(parsed.GetValue(most) ?? 10_000, 1, 100_000);
            return await FollowAsync(question, parsed, asked, bound, isJson, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> FollowAsync(LogQuestionOptions question, ParseResult parsed, EntryFilter filter, int most, bool isJson,
        CancellationToken cancellation)
    {
        try
        {
            string? last = null;
            // The newest entry is the place to begin at; it is not printed.
            var code = await question.FindAsync(parsed, LogReading.Tail, new EntryFilter { Limit = 1 }, reply => last = reply.Last, cancellation)
                .ConfigureAwait(false);
            if (code != ExitCodes.Done) return code;
            var table = EntryTable.Of(filter);
            if (!isJson) table.PrintHeader();
            for (var left = most; left > 0;)
            {
                var page = filter with { Limit = EntryFilter.LargestPage, Behind = last ?? "0-0" };
                code = await question.FindAsync(parsed, LogReading.Tail, page, reply =>
                {
                    last = reply.Last ?? last;
                    foreach (var entry in reply.Entries!.Where(entry => new EntryFacts(entry).Act != OwnAct).Take(left))
                    {
                        if (isJson) JsonOutput.WriteLine("auditEntry", entry);
                        else table.Print(entry);
                        left--;
                    }
                }, cancellation).ConfigureAwait(false);
                if (code != ExitCodes.Done) return code;
                if (left > 0) await Task.Delay(Pause, TimeProvider.System, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how it ends.
        }

        return ExitCodes.Done;
    }
}
