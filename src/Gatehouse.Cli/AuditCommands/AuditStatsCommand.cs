using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit stats</c>.</summary>
internal static class AuditStatsCommand
{
    public static Command Create()
    {
        var question = new LogQuestionOptions();
        var filter = new EntryFilterOptions();
        var command = new Command("stats",
            """
            Count entries of the audit log by verdict, server, tool, code, method, finding, act and issuer. A call that acts has two entries,
            begun and ended. A finding counts once for each exchange, with its end. Each count shows its 100 most frequent values.

            Examples:
              gatehouse audit stats --config gatehouse.yaml --token-file admin.token --purpose "weekly report" --since 2026-11-16
              gatehouse audit stats --log /mnt/archive/audit --verdict deny
            """);
        question.AddTo(command);
        filter.AddTo(command);
        command.SetAction(async (parsed, cancellation) => filter.Of(parsed) is { } asked
            ? await question.CountAsync(parsed, asked, reply =>
            {
                if (parsed.GetValue(question.Json)) JsonOutput.WriteLine("auditCounts", reply.As<LogCounts>().Counts, OutputJson.Default.EntryCounts);
                else Print(reply.As<LogCounts>().Counts);
                if (reply.Message is { } message) Terminal.NoteLine(message);
            }, cancellation).ConfigureAwait(false)
            : ExitCodes.Usage);
        return command;
    }

    private static void Print(EntryCounts counts)
    {
        Terminal.Row($"{counts.Entries,10}  entries");
        foreach (var (facet, values) in counts.By.Where(one => one.Value.Count > 0))
        {
            Terminal.Row($"by {facet}", Terminal.Emphasis);
            foreach (var count in values) Terminal.Row($"{count.Entries,10}  {count.Value}");
        }
    }
}
