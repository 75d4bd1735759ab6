using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit tail</c>.</summary>
internal static class AuditTailCommand
{
    private const int LargestLimit = 100_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var question = new LogQuestionOptions();
        var filter = new EntryFilterOptions();
        var most = ClosedList.Number("--limit", "End after so many entries, 1 to 100000. Default: 10000.");
        var command = new StayingCommand("tail",
            """
            Print entries of the audit log as they are written, until Ctrl+C or the limit. The gateway records the beginning, and each
            answer that had entries. Entries about this command are neither printed nor counted:
            find them with 'audit search --act control.audit.tail'.

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
            if (!IsLimit(parsed.GetValue(most) ?? 10_000, out var bound)) return ExitCodes.Usage;
            return await FollowAsync(question, parsed, asked, bound, isJson, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static bool IsLimit(int given, out int limit)
    {
        limit = given;
        if (given is >= 1 and <= LargestLimit) return true;
        Terminal.Fault($"the limit is out of range; use a number from 1 to {LargestLimit}");
        Terminal.Hint("see: gatehouse audit tail --help");
        return false;
    }

    private static async Task<int> FollowAsync(LogQuestionOptions question, ParseResult parsed, EntryFilter filter, int most, bool isJson,
        CancellationToken cancellation)
    {
        try
        {
            string? last = null;
            // The newest entry is the place to begin at; it is not printed.
            var newest = new EntryFilter { Limit = 1 };
            var code = await question
                .FindAsync(parsed, LogReading.Tail, newest, reply => last = reply.As<LogPage>().Page.Last, cancellation).ConfigureAwait(false);
            if (code != ExitCodes.Done) return code;
            var table = EntryTable.Of(filter, Terminal.DataColumns);
            if (!isJson) table.PrintHeader();
            for (var left = most; left > 0;)
            {
                // Not more than is printed: the gateway records the number of entries that it handed out.
                var page = filter with { Limit = Math.Min(EntryFilter.LargestPage, left), Behind = last ?? "0-0" };
                code = await question.FindAsync(parsed, LogReading.Tail, page, reply =>
                {
                    var found = reply.As<LogPage>().Page;
                    last = found.Last ?? last;
                    foreach (var entry in found.Entries)
                    {
                        if (isJson) JsonOutput.WriteLine("auditEntry", JsonObject.Create(entry));
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
