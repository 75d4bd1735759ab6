using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit session</c>.</summary>
internal sealed class AuditSessionCommand
{
    private const int DefaultLimit = 100;

    private readonly Argument<string> id = new("session") { Description = "Id of the session, as 'audit show' and 'session list' print it." };
    private readonly LogQuestionOptions question = new();
    private readonly Option<int?> limit = ClosedList.Number("--limit", $"Most entries, 1 to {EntryFilter.LargestPage}. Default: {DefaultLimit}, and all with --json.");
    private readonly Option<string?> after = new("--after") { Description = "Continue behind this place, as the part before printed it.", HelpName = "place" };
    private readonly Option<bool> all = new("--all") { Description = "Print the whole session, however long it is." };

    private AuditSessionCommand()
    {
    }

    public static Command Create()
    {
        var one = new AuditSessionCommand();
        var command = new Command("session",
            $"""
            Tell a session as a story from the log only, message after message, with every field. What the log does not keep is shown
            as not kept. The first {DefaultLimit} entries are printed, and the place at which to continue with --after. With --all or --json the whole
            session is printed.

            Examples:
              gatehouse audit session 01kaf5n0qz3v8m1w2x4y6z7a9b --config gatehouse.yaml --token-file admin.token --purpose "ticket 4711"
              gatehouse audit session 01kaf5n0qz3v8m1w2x4y6z7a9b --log /mnt/archive/audit --all
            """) { one.id };
        one.question.AddTo(command);
        foreach (var option in (Option[])[one.limit, one.after, one.all]) command.Add(option);
        command.Check(result =>
        {
            if (result.GetValue(one.all) && result.GetResult(one.limit) is not null) result.AddError("--all and --limit exclude each other");
        });
        command.SetAction(one.TellAsync);
        return command;
    }

    private async Task<int> TellAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (session, isJson, given) = (parsed.GetValue(id)!, parsed.GetValue(question.Json), parsed.GetValue(limit));
        var isWhole = parsed.GetValue(all) || (isJson && given is null);
        var story = new EntryStory();
        var filter = new EntryFilter
        {
            Session = session,
            OldestFirst = true,
            After = parsed.GetValue(after),
            Limit = isWhole ? EntryFilter.LargestPage : given ?? DefaultLimit,
        };
        var (printed, isFirst) = (0, true);
        string? next;
        do
        {
            next = null;
            var code = await question.FindAsync(parsed, isJson ? LogReading.Export : LogReading.Session, filter, reply =>
            {
                var page = reply.As<LogPage>().Page;
                next = page.Next;
                var entries = printed > 0 || filter.After is not null && isFirst ? page.Entries : OfTheSession(page.Entries);
                printed += entries.Count;
                foreach (var step in story.Tell(entries, isLast: next is null)) Print(step, isJson);
                if (reply.Message is { } message && isFirst) Terminal.NoteLine(message);
            }, cancellation).ConfigureAwait(false);
            if (code != ExitCodes.Done) return code;
            (filter, isFirst) = (filter with { After = next }, false);
        }
        while ((isWhole || printed == 0) && next is not null);
        return Finish(parsed, session, printed, next);
    }

    // Who asks for a session that does not exist leaves an entry that names it. A session begins with another entry.
    private static IReadOnlyList<JsonElement> OfTheSession(IReadOnlyList<JsonElement> entries) =>
        [.. entries.SkipWhile(entry => new EntryFacts(entry).IsReading)];

    private int Finish(ParseResult parsed, string session, int printed, string? next)
    {
        if (next is not null)
            Terminal.NoteLine($"{Counted.Of(printed, "entry", "entries")} printed, and the session has more; continue with --after {next}, or print the whole session with --all");
        if (printed > 0) return ExitCodes.Done;
        Terminal.Fault(parsed.GetValue(after) is null ? $"there is no entry of session {session} that you may read"
            : $"there is no further entry of session {session} that you may read");
        Terminal.Hint(question.RemedyOfNothing(parsed, "the id is 'session' in 'gatehouse audit show' and SESSION in 'gatehouse session list'; the header Mcp-Session-Id has a secret handle, and not this id"));
        return ExitCodes.No;
    }

    private static void Print(StoryStep step, bool isJson)
    {
        if (isJson) JsonOutput.WriteLine("auditEntry", JsonObject.Create(step.Entry));
        else StoryText.Print(step);
    }
}
