using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>
/// <c>gatehouse audit story</c>: exchanges of a person, with a tool or with a server in their order. Exchanges of the modern era belong to no
/// session, so that these and a time are what connects them (AU-05).
/// </summary>
internal static class AuditStoryCommand
{
    private const int DefaultLimit = 100;

    public static Command Create()
    {
        var question = new LogQuestionOptions();
        var filter = new EntryFilterOptions();
        var limit = ClosedList.Number("--limit", $"Most entries, 1 to {EntryFilter.LargestPage}. Default: {DefaultLimit}, and all with --json.");
        var after = new Option<string?>("--after") { Description = "Continue behind this place, as the part before printed it.", HelpName = "place" };
        var all = new Option<bool>("--all") { Description = "Print the whole story, however long it is." };
        var command = new Command("story",
            $"""
            Tell the exchanges of both eras that the options select as a story from the log only, oldest first, with every field. Name
            at least a person, a client, a server, a tool or a session. Readings of the log are left out. The first {DefaultLimit} entries are
            printed, and the place at which to continue with --after. With --all or --json the whole story is printed.

            Examples:
              gatehouse audit story --person alice --since 2026-11-20 --until 2026-11-21 --config gatehouse.yaml --token-file admin.token --purpose "ticket 4711"
              gatehouse audit story --server files --tool write_file --since 2026-11-20T08:00:00Z --log /mnt/archive/audit --all
            """);
        question.AddTo(command);
        filter.AddTo(command);
        foreach (var option in (Option[])[limit, after, all]) command.Add(option);
        command.Check(result =>
        {
            if (result.GetValue(all) && result.GetResult(limit) is not null) result.AddError("--all and --limit exclude each other");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            if (filter.Of(parsed) is not { } asked) return ExitCodes.Usage;
            if ((asked.Person ?? asked.Client ?? asked.Server ?? asked.Tool ?? asked.Session) is null)
            {
                Terminal.Fault("a story is of a person, a client, a server, a tool or a session, and none is named");
                Terminal.Hint("give --person, --client, --server, --tool or --session; for all entries of a time use: gatehouse audit search");
                return ExitCodes.Usage;
            }

            if ((asked.Verdict ?? asked.Finding ?? asked.Code ?? asked.Text) is not null)
            {
                Terminal.Fault("a story has the beginning and the end of each call, and --verdict, --finding, --code and --text leave entries out");
                Terminal.Hint("leave them out, or use: gatehouse audit search");
                return ExitCodes.Usage;
            }

            var (isJson, given) = (parsed.GetValue(question.Json), parsed.GetValue(limit));
            var isWhole = parsed.GetValue(all) || (isJson && given is null);
            asked = asked with
            {
                OldestFirst = true,
                After = parsed.GetValue(after),
                Limit = isWhole ? EntryFilter.LargestPage : given ?? DefaultLimit,
            };
            return await TellAsync(parsed, question, asked, isWhole, isJson, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> TellAsync(
        ParseResult parsed, LogQuestionOptions question, EntryFilter asked, bool isWhole, bool isJson, CancellationToken cancellation)
    {
        var (story, printed) = (new EntryStory(), 0);
        string? next;
        do
        {
            next = null;
            var code = await question.FindAsync(parsed, isJson ? LogReading.Export : LogReading.Search, asked, reply =>
            {
                var page = reply.As<LogPage>().Page;
                next = page.Next;
                var entries = Happened(page.Entries);
                printed += entries.Count;
                foreach (var step in story.Tell(entries, isLast: next is null)) Print(step, isJson);
                if (reply.Message is { } message) Terminal.NoteLine(message);
            }, cancellation).ConfigureAwait(false);
            if (code != ExitCodes.Done) return code;
            asked = asked with { After = next };
        }
        while ((isWhole || printed == 0) && next is not null);
        if (next is not null)
            Terminal.NoteLine($"{Counted.Of(printed, "entry", "entries")} printed, and there are more; continue with --after {next}, or print the whole story with --all");
        if (printed > 0) return ExitCodes.Done;
        Terminal.Note("no entries");
        return ExitCodes.No;
    }

    // A reading that asks for a person or tool names it, and is no part of what happened.
    private static IReadOnlyList<JsonElement> Happened(IReadOnlyList<JsonElement> entries) =>
        [.. entries.Where(entry => !new EntryFacts(entry).IsReading)];

    private static void Print(StoryStep step, bool isJson)
    {
        if (isJson) JsonOutput.WriteLine("auditEntry", JsonObject.Create(step.Entry));
        else StoryText.Print(step);
    }
}
