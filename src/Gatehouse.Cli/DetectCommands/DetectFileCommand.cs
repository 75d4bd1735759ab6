using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Detection.Messages;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.DetectCommands;

/// <summary><c>gatehouse detect file</c>.</summary>
internal static class DetectFileCommand
{
    public static Command Create()
    {
        var options = new DetectOptions();
        var paths = new Argument<string[]>("path") { Description = "Files, or folders with all their files.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("file",
            """
            Judge the texts of files as the gateway would judge them in messages, and print each finding with file, line and column.

            JSON: all strings of the value, or of a JSON-RPC message its params, result or error and what JSON-RPC does not name; its place
            follows from its kind, unless --place is given. Definitions in answers to lists, initialize and server/discover are judged as
            definitions, one by one and without suppressions. To compare the servers of a client as well, run gatehouse scan --list. JSON Lines
            (.jsonl, .ndjson): each line as such a value. Any other file: one text. A file or line has at most 4 MiB, and a folder at most
            10,000 files. The command works offline.

            Examples:
              gatehouse detect file result.json
              gatehouse detect file --place resource docs/ --json

            Exit codes: 0 nothing found, 1 findings, 2 wrong command line or configuration, 3 a file was not read.
            """) { paths };
        options.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(options, parsed, parsed.GetValue(paths)!));
        return command;
    }

    private static async Task<int> RunAsync(DetectOptions options, ParseResult parsed, string[] paths)
    {
        if (!options.TryLoad(parsed, out var configured)) return ExitCodes.Usage;
        var run = new Run(options, parsed, configured, parsed.GetValue(options.Json));
        var reader = new TextFile(options.PlaceOf(parsed), options.NamesPlace(parsed));
        var progress = Progress.Of("judging texts");
        await using (progress.ConfigureAwait(false)) run.Read(reader, TextFile.Expand(paths), progress);
        return run.Finish();
    }

    private sealed class Run(DetectOptions options, ParseResult parsed, MessageInspectionSettings? configured, bool json)
    {
        private readonly List<JsonFields> found = [];
        private readonly List<(string File, string Reason)> unread = [];
        private int files;
        private long texts;
        private long findings;

        public void Read(TextFile reader, IEnumerable<string> paths, Progress progress)
        {
            foreach (var path in paths)
            {
                files++;
                progress.Continue($"judging {path}");
                if (reader.Read(path, text => Judge(path, text, progress)) is { } reason) unread.Add((path, reason));
            }
        }

        public int Finish()
        {
            if (json)
            {
                JsonOutput.Write("detections", Json());
            }
            else
            {
                foreach (var (file, reason) in unread) Terminal.NoteLine($"{file}: not read: {reason}");
                Terminal.Row($"{Counted.Of(files, "file")}, {Counted.Of(texts, "text")}: {Counted.Of(findings, "finding")}"
                    + (unread.Count > 0 ? $"; not read: {Counted.Of(unread.Count, "file")}" : ""));
            }

            return findings > 0 ? ExitCodes.No : unread.Count > 0 ? ExitCodes.Unavailable : ExitCodes.Done;
        }

        private JsonObject Json() => new JsonFields
        {
            ["files"] = files,
            ["texts"] = texts,
            ["findings"] = found.ToJsonArray(),
            ["notRead"] = unread.Select(one => new JsonFields { ["file"] = one.File, ["reason"] = one.Reason }).ToJsonArray(),
        };

        private void Judge(string path, InspectedText text, Progress progress)
        {
            texts++;
            if (text.Answered is { } answered) Judge(path, text, answered, progress);
            var report = options.ReportOf(parsed, text, configured);
            foreach (var finding in report.Findings)
            {
                findings++;
                if (json) found.Add(new JsonFields { ["file"] = path, ["finding"] = report.Json(finding) });
                else progress.Without(() => Print(path, text, report, finding));
            }
        }

        private void Judge(string path, InspectedText text, AnsweredDefinitions answered, Progress progress)
        {
            if (answered.Refused > 0)
                unread.Add((path, $"{Counted.Of(answered.Refused, "definition")} without a name of its own, or nested too deeply; callers never see such a one"));
            foreach (var definition in answered.Definitions)
            {
                foreach (var finding in MetadataInspector.Inspect(definition))
                {
                    findings++;
                    if (json) found.Add(new JsonFields { ["file"] = path, ["finding"] = Json(text, definition, finding) });
                    else progress.Without(() => Print(path, text, definition, finding));
                }
            }
        }

        private static JsonFields Json(InspectedText text, ServerDefinition definition, DefinitionFinding finding)
        {
            var (line, column) = text.At(finding.Span);
            return new JsonFields
            {
                ["id"] = finding.Rule.Id,
                ["name"] = finding.Rule.Name,
                ["severity"] = Words.Of(finding.Rule.Severity),
                ["confidence"] = Words.Of(finding.Confidence),
                ["definition"] = FindingSuppression.NameOf(definition),
                ["pointer"] = finding.Pointer,
                ["message"] = finding.Message,
                ["hard"] = finding.IsHard,
                ["line"] = line,
                ["column"] = column,
                ["remedy"] = finding.Rule.Remedy,
            };
        }

        private static void Print(string path, InspectedText text, ServerDefinition definition, DefinitionFinding finding)
        {
            var (line, column) = text.At(finding.Span);
            Terminal.Row($"{path}:{line}:{column}: {finding.Rule.Id} {Words.Of(finding.Confidence)} in definition {FindingSuppression.NameOf(definition)}: {finding.Message}");
            Terminal.Lines([$"    {FindingText.Line(definition, finding)}"]);
            Terminal.Row(finding.IsHard ? "    callers do not see the definition" : "    callers see the definition, unless inspection.metadata.soft is withhold");
        }

        private static void Print(string path, InspectedText text, FindingReport report, MessageFinding finding)
        {
            var (line, column) = text.At(finding.Span);
            Terminal.Row($"{path}:{line}:{column}: {finding.Rule.Id} {Words.Of(finding.Confidence)} in {Words.Of(text.Place)}: {finding.Message}");
            if (!finding.Span.IsAbsent) Terminal.Lines([$"    {text.Shown(finding.Span)}"]);
            Terminal.Row($"    {string.Join("; ", report.Verdicts(finding).Select(one => $"{one.Name}: {one.Verdict.Text()}"))}");
        }
    }
}
