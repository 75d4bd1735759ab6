using System.CommandLine;
using System.Globalization;
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
        { file, json };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) =>
            RunAsync(options.ChannelOf(parsed, names: true), parsed.GetValue(file), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ApprovalChannel channel, string? file, bool isJson, CancellationToken cancellation)
    {
        if (file is not null && (File.Exists(file) || Directory.Exists(file)))
        {
            Terminal.Fault($"{file} is there already, and --out replaces nothing; no case was read");
            Terminal.Hint("give the name of a new file");
            return ExitCodes.Unavailable;
        }

        if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
        {
            Terminal.Fault($"{file} cannot be written: the folder {folder} does not exist; no case was read");
            Terminal.Hint(NewFile);
            return ExitCodes.Unavailable;
        }

        var (proof, code) = await channel.ProveAsync(
            static () => Task.FromResult<(string?, int)>(("show the results that were marked as false alarms", ExitCodes.Done)), cancellation)
            .ConfigureAwait(false);
        if (proof is null) return code;
        var written = ExitCodes.Done;
        code = await channel.SendAsync(proof, new ListQuarantineCases(), reply =>
        {
            if (isJson) JsonOutput.Write("quarantineCases", reply.Cases!);
            else Print(reply.Cases!);
            if (file is not null) written = Write(file, reply.Cases!);
        }, cancellation).ConfigureAwait(false);
        return code == ExitCodes.Done ? written : code;
    }

    private static void Print(IReadOnlyList<QuarantineCase> cases)
    {
        if (cases.Count == 0) Terminal.Note("no result is marked as a false alarm");
        else Terminal.Lines(Columns.Lines(["ID", "MARKED", "SERVER", "FINDINGS", "CALL"], [.. cases.Select(Row)], Terminal.DataColumns));
    }

    private static IReadOnlyList<string> Row(QuarantineCase one) =>
    [
        Shown(one.Id), one.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), Shown(one.Server),
        Shown(string.Join(' ', one.Findings)), $"{Shown(one.Method)} \"{Shown(one.Target ?? "")}\"",
    ];

    // The messages are content of people: only this account reads the file.
    private static int Write(string file, IReadOnlyList<QuarantineCase> cases)
    {
        if (cases.Count == 0)
        {
            Terminal.NoteLine($"{file} was not written, because there is no case");
            return ExitCodes.Done;
        }

        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(new FileStream(file, options), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            foreach (var one in cases) writer.Write(OneLine(one.Message) + "\n");
            Terminal.NoteLine($"{Counted.Of(cases.Count, "case")} written to {file}, with content of people's calls in clear");
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"the cases cannot be written to {file}: {fault.Message}");
            Terminal.Hint(NewFile);
            return ExitCodes.Unavailable;
        }
    }

    // Line breaks of JSON are between its tokens only.
    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private static string Shown(string text) => VisibleText.Escape(text);
}
