using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit person</c>: everything that the log says about one person, in one file.</summary>
internal static class AuditPersonCommand
{
    public static Command Create()
    {
        var issuer = new Argument<string>("issuer") { Description = "Issuer of the person, as 'audit search' prints it." };
        var subject = new Argument<string>("subject") { Description = "Subject of the person at that issuer." };
        var (config, state) = (CommonOptions.Config(), CommonOptions.State());
        var output = new Option<string>("--output", "-o") { Description = "File to write. It must not exist yet.", HelpName = "file", Required = true };
        var payloads = new Option<bool>("--payloads") { Description = "Also open kept requests. Needs administration.reading.payloads." };
        var purpose = new Option<string?>("--purpose") { Description = "Purpose, kept in the audit log. Needed.", HelpName = "text" };
        var token = new Option<string?>("--token-file") { Description = "File with an access token for the administration audience.", HelpName = "file" };
        var command = new Command("person",
            """
            Write everything that the audit log of a running gateway says about a person to a file. It answers that person's request for
            access: entries with their opened facts, JSON in lines, oldest first. The last line has the number of entries. The gateway records
            the export, so that a later erasure names it. The file also has facts about others, such as the administrator of an act.
            The command needs administration.reading.all, or administration.reading.own or groups for the own entries, or with --dev a
            confirmation typed at the terminal.

            The exit code is 1, and no file is written, if the log has no entry that names the person, or if the gateway refused.

            Example:
              gatehouse audit person https://login.example.com alice --output alice.jsonl --purpose "request 4711" --config gatehouse.yaml --token-file admin.token
            """) { issuer, subject, config, state, output, payloads, purpose, token };
        command.Refuse(state, "the gateway is found by its state folder", config);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = parsed.GetValue(output)!;
            var words = parsed.GetValue(purpose);
            if (!GivenPurpose.IsGood(words, "exported")) return ExitCodes.Usage;
            if (!EvidenceOutput.IsFree(file, new TerminalShown(), out var code)) return code;
            var act = new ExportPerson(parsed.GetValue(issuer)!, parsed.GetValue(subject)!, words, null, parsed.GetValue(payloads));
            var (folder, settings) = (parsed.GetValue(state), parsed.GetValue(config));
            return await WriteAsync(file, act,
                () => ControlCall.ProveAsync(folder, settings, parsed.GetValue(token),
                    $"export what the audit log says about {act.Subject} of {act.Issuer}", cancellation),
                (proof, page, show) => ControlCall.SendAsync(folder, settings, proof, page, show, cancellation)).ConfigureAwait(false);
        });
        return command;
    }

    // A file that ends early would look like everything: it appears whole or not at all. A person is asked only after it is known that it can be
    // written.
    private static async Task<int> WriteAsync(string file, ExportPerson act, Func<Task<(PersonProof? Proof, int Code)>> prove,
        Func<PersonProof, ExportPerson, Action<ControlReply>, Task<int>> send)
    {
        // A name that no one can guess: of a link that waits under a known name, the target would be overwritten (CWE-59).
        var part = $"{file}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.part";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var stream = new FileStream(part, options);
            int code;
            var export = new PersonFile(act);
            await using (stream.ConfigureAwait(false))
            {
                (var proof, code) = await prove().ConfigureAwait(false);
                if (proof is null) return code;
                code = await FillAsync(stream, export, act, (page, show) => send(proof, page, show)).ConfigureAwait(false);
            }

            if (code == ExitCodes.Done && export.Entries == 0) return ReportNothing(act);
            if (code == ExitCodes.Done) File.Move(part, file);
            if (code == ExitCodes.Done) Report(file, export);
            else Terminal.NoteLine(export.Entries == 0 ? "nothing was written" : string.Create(CultureInfo.InvariantCulture,
                $"the export was not whole after {Counted.Of(export.Entries, "entry", "entries")}; nothing was written"));
            return code;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"{file} cannot be written: {e.Message}");
            Terminal.Hint("give a file with --output, in a folder that is there and that this account may write");
            return ExitCodes.Unavailable;
        }
        finally
        {
            if (File.Exists(part)) File.Delete(part); // a person's facts, where the command was interrupted or the disk was full
        }
    }

    // A file without an entry would look like the answer that the log has nothing, where the name has a typo.
    private static int ReportNothing(ExportPerson act)
    {
        Terminal.Fault($"the audit log has no entry that names {act.Subject} of {act.Issuer}; nothing was written");
        Terminal.Hint("compare the issuer and the subject with: gatehouse audit search --purpose TEXT");
        return ExitCodes.No;
    }

    private static async Task<int> FillAsync(FileStream stream, PersonFile export, ExportPerson act,
        Func<ExportPerson, Action<ControlReply>, Task<int>> send)
    {
        var progress = Progress.Of("exporting entries");
        await using var shown = progress.ConfigureAwait(false);
        var next = (string?)null;
        do
        {
            var code = await send(act with { After = next }, reply =>
            {
                stream.Write(export.Lines(reply));
                next = reply.As<LogPage>().Page.Next;
            }).ConfigureAwait(false);
            if (code != ExitCodes.Done) return code;
            progress.Continue(string.Create(CultureInfo.InvariantCulture, $"exporting entries: {export.Entries} written"));
        }
        while (next is not null);
        stream.Write(export.End());
        stream.Flush(flushToDisk: true);
        return ExitCodes.Done;
    }

    private static void Report(string file, PersonFile export)
    {
        Terminal.NoteLine($"{file}: {Counted.Of(export.Entries, "entry", "entries")}, {export.OfRequests}");
        foreach (var note in export.Notes) Terminal.NoteLine(note);
    }

    /// <summary>The lines of the file: who it is about, entries and kept requests, and at the end their numbers.</summary>
    private sealed class PersonFile(ExportPerson act)
    {
        private const string NotAskedFor = "kept requests were not asked for: the entries show whether there are any; --payloads includes them";

        private bool isBegun;

        public int Entries { get; private set; }

        public int Requests { get; private set; }

        public List<string> Notes { get; } = act.Payload ? [] : [NotAskedFor];

        public string OfRequests => act.Payload ? Counted.Of(Requests, "kept request") : "kept requests not included";

        public byte[] Lines(ControlReply reply)
        {
            var text = new StringBuilder();
            if (!isBegun) Add(text, "person", new JsonFields { ["issuer"] = act.Issuer, ["subject"] = act.Subject });
            isBegun = true;
            if (reply.Message is { } note && !Notes.Contains(note)) Notes.Add(note);
            var page = reply.As<LogPage>();
            foreach (var entry in page.Page.Entries) Add(text, "auditEntry", JsonObject.Create(entry));
            foreach (var request in page.Requests)
                Add(text, "keptRequest", JsonValue.Create(request, OutputJson.Default.KeptRequest));
            (Entries, Requests) = (Entries + page.Page.Entries.Count, Requests + page.Requests.Count);
            return Encoding.UTF8.GetBytes(text.ToString());
        }

        public byte[] End()
        {
            var text = new StringBuilder();
            Add(text, "end", new JsonFields { ["entries"] = Entries, ["requests"] = Requests, ["notes"] = Notes.ToJsonArray() });
            return Encoding.UTF8.GetBytes(text.ToString());
        }

        private static void Add(StringBuilder text, string kind, JsonNode? value) =>
            text.Append(WrittenJson.Versioned(JsonOutput.FormatVersion, kind, value).ToJsonString()).Append('\n');
    }
}
