using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit show</c>.</summary>
internal static class AuditShowCommand
{
    private const string Gone = "it was deleted, or its key is gone; see: gatehouse audit search --act payload.erased, and --act audit.retention";

    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "Request id, as a caller reports it or 'audit search' prints it." };
        var question = new LogQuestionOptions();
        var payload = new Option<bool>("--payload") { Description = "Also open the kept request. Needs administration.reading.payloads." };
        var command = new Command("show",
            """
            Print every field of the entries of one exchange in words. What the log does not keep is shown as not kept.

            Example:
              gatehouse audit show 01kaf5n0qz3v8m1w2x4y6z7a9b --config gatehouse.yaml --token-file admin.token --purpose "ticket 4711"
            """) { id, payload };
        question.AddTo(command);
        command.SetAction((parsed, cancellation) => ShowAsync(question, parsed, parsed.GetValue(id)!, parsed.GetValue(payload), cancellation));
        return command;
    }

    private static async Task<int> ShowAsync(LogQuestionOptions question, ParseResult parsed, string id, bool payload, CancellationToken cancellation)
    {
        if (payload && parsed.GetValue(question.Log) is not null)
        {
            Terminal.Fault("--payload needs the running gateway: the files have no keys");
            Terminal.Hint("leave out --log, and ask the gateway with --config or --state, --token-file and --purpose");
            return ExitCodes.Usage;
        }

        var found = 0;
        var reading = parsed.GetValue(question.Json) ? LogReading.Export : LogReading.Show;
        var code = await question.FindAsync(parsed, reading, new EntryFilter { Id = id, OldestFirst = true }, reply =>
        {
            var page = reply.As<LogPage>();
            found = page.Page.Entries.Count;
            Print(page, reply.Message, parsed.GetValue(question.Json));
            if (payload && found > 0 && page.Requests.Count == 0) Terminal.NoteLine("kept request: none was kept of this exchange");
        }, cancellation, payload).ConfigureAwait(false);
        if (code != ExitCodes.Done || found > 0) return code;
        Terminal.Fault($"there is no entry of {id} that you may read");
        Terminal.Hint(question.RemedyOfNothing(parsed, "a caller has it in the header Gatehouse-Request-Id, and 'gatehouse audit search' prints it"));
        return ExitCodes.No;
    }

    private static void Print(LogPage page, string? remark, bool isJson)
    {
        foreach (var step in EntryStory.Of(page.Page.Entries))
        {
            if (isJson) JsonOutput.WriteLine("auditEntry", JsonObject.Create(step.Entry));
            else StoryText.PrintFields(step);
        }

        foreach (var request in page.Requests)
        {
            if (isJson) JsonOutput.WriteLine("keptRequest", request, OutputJson.Default.KeptRequest);
            else Terminal.Row($"kept request ({request.Form}): {request.Text ?? Gone}");
        }

        if (remark is not null) Terminal.NoteLine(remark);
    }
}
