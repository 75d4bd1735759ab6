using System.CommandLine;
using System.Text;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary><c>gatehouse quarantine cases</c>.</summary>
internal static class QuarantineCasesCommand
{
    private const string NewFile = "give a new file with --out in a folder that is there and that this account may write";

    public static Command Create()
    {
        var options = new ApprovalOptions();
        var file = new Option<string?>("--out")
        { Description = "Write the results to this new file, one JSON-RPC message a line, as 'detect calibrate' and 'detect file' read it.", HelpName = "file" };
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var json = CommonOptions.Json();
        var command = new Command("cases",
            """
            Print the results that people marked as false alarms. They are cases for 'gatehouse detect'. The file has content of people's
            calls in clear: keep it as carefully as the audit log, and delete it when a person asks for erasure. Needs
            administration.reading.all and administration.reading.payloads.

            Examples:
              gatehouse quarantine cases --config gatehouse.yaml --token-file admin.token --out cases.jsonl
              gatehouse detect calibrate --rate 0.1% cases.jsonl
            """)
        { file, reason, json };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) =>
            RunAsync(options.ChannelOf(parsed, names: true), parsed.GetValue(file),
                new Wanted(parsed.GetValue(reason) ?? "", parsed.GetValue(json)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ApprovalChannel channel, string? file, Wanted wanted, CancellationToken cancellation)
    {
        if (file is null) return await ReadAsync(channel, null, wanted, cancellation).ConfigureAwait(false);
        if (File.Exists(file) || Directory.Exists(file))
        {
            Terminal.Fault($"{file} exists, and --out replaces no file; no case was read");
            Terminal.Hint("give the name of a new file");
            return ExitCodes.Unavailable;
        }

        var isUnfinished = false;
        try
        {
            // A person is asked, and cases are disclosed, only after it is known that they can be written.
            using var output = Create(file);
            isUnfinished = true;
            var code = await ReadAsync(channel, output, wanted, cancellation).ConfigureAwait(false);
            isUnfinished = output.Length == 0;
            return code;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"{file} cannot be written: {fault.Message}");
            Terminal.Hint(NewFile);
            return ExitCodes.Unavailable;
        }
        finally
        {
            if (isUnfinished) File.Delete(file);
        }
    }

    // The messages are content of people: only this account reads the file.
    private static FileStream Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(file, options);
    }

    private static async Task<int> ReadAsync(ApprovalChannel channel, FileStream? output, Wanted wanted, CancellationToken cancellation)
    {
        var (proof, code) = await channel.ProveAsync(
            static () => Task.FromResult<(string?, int)>(("show the results that were marked as false alarms", ExitCodes.Done)), cancellation)
            .ConfigureAwait(false);
        if (proof is null) return code;
        IReadOnlyList<QuarantineCase> cases = [];
        code = await channel.SendAsync(proof, new ListQuarantineCases { Reason = wanted.Reason }, reply =>
        {
            cases = reply.As<QuarantineCaseList>().Cases;
            if (wanted.IsJson) JsonOutput.Write("quarantineCases", cases, OutputJson.Default.QuarantineCases);
            else Print(cases);
        }, cancellation).ConfigureAwait(false);
        if (code == ExitCodes.Done && output is not null) Write(output, cases);
        return code;
    }

    private static void Print(IReadOnlyList<QuarantineCase> cases)
    {
        if (cases.Count == 0) Terminal.Note("no result is marked as a false alarm");
        else Terminal.Lines(Columns.Lines(["ID", "MARKED", "SERVER", "FINDINGS", "CALL"], [.. cases.Select(Row)], Terminal.DataColumns));
    }

    private static IReadOnlyList<string> Row(QuarantineCase one) =>
    [
        Shown(one.Id), Moments.Words(one.At), Shown(one.Server),
        Shown(string.Join(' ', one.Findings)), $"{Shown(one.Method)} \"{Shown(one.Target ?? "")}\"",
    ];

    private static void Write(FileStream output, IReadOnlyList<QuarantineCase> cases)
    {
        if (cases.Count == 0)
        {
            Terminal.NoteLine($"{output.Name} was not written, because there is no case");
            return;
        }

        using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        foreach (var one in cases) writer.Write(OneLine(one.Message) + "\n");
        writer.Flush();
        Terminal.NoteLine($"{Counted.Of(cases.Count, "case")} written to {output.Name}, with content of people's calls in clear");
    }

    // Line breaks of JSON are between its tokens only.
    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private static string Shown(string text) => VisibleText.Escape(text);

    private sealed record Wanted(string Reason, bool IsJson);
}
