using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit session</c>.</summary>
internal static class AuditSessionCommand
{
    private const int LargestStory = 20_000;

    public static Command Create()
    {
        var id = new Argument<string>("session") { Description = "Id of the session, as 'audit show' and 'session list' print it." };
        var question = new LogQuestionOptions();
        var command = new Command("session",
            """
            Tell a session as a story from the log only, message after message, with every field. What the log does not keep is shown
            as not kept. At most 20000 entries are shown.

            Example:
              gatehouse audit session 01kaf5n0qz3v8m1w2x4y6z7a9b --config gatehouse.yaml --token-file admin.token --purpose "ticket 4711"
            """) { id };
        question.AddTo(command);
        command.SetAction((parsed, cancellation) => TellAsync(question, parsed, parsed.GetValue(id)!, cancellation));
        return command;
    }

    private static async Task<int> TellAsync(LogQuestionOptions question, ParseResult parsed, string id, CancellationToken cancellation)
    {
        List<System.Text.Json.JsonElement> entries = [];
        string? next = null;
        do
        {
            var filter = new EntryFilter { Session = id, OldestFirst = true, After = next, Limit = EntryFilter.LargestPage };
            var code = await question.FindAsync(parsed, LogReading.Session, filter, reply =>
            {
                entries.AddRange(reply.Entries!);
                next = reply.Next;
            }, cancellation).ConfigureAwait(false);
            if (code != ExitCodes.Done) return code;
        }
        while (next is not null && entries.Count < LargestStory);

        foreach (var step in EntryStory.Of(entries))
        {
            if (parsed.GetValue(question.Json)) JsonOutput.WriteLine("auditEntry", step.Entry);
            else StoryText.Print(step);
        }

        if (next is not null) Terminal.Note($"the session has more entries; the story ends here. Continue with: gatehouse audit search --session {id} --oldest-first --after {next}");
        if (entries.Count > 0) return ExitCodes.Done;
        Terminal.Fault($"there is no entry of session {id} that you may read");
        return ExitCodes.No;
    }
}
