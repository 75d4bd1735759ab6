using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Cli.DetectCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.SensitiveData;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Cli.ProtectionCommands;

/// <summary><c>gatehouse protection try</c>.</summary>
internal static class ProtectionTryCommand
{
    public static Command Create()
    {
        var preset = ProtectionRulesOptions.Preset();
        var config = new Option<string?>("--config", "-c") { Description = "Ask the rules of this configuration.", HelpName = "file" };
        var server = new Option<string?>("--server") { Description = "With --config: server of the message.", HelpName = "name" };
        var tool = new Option<string?>("--tool") { Description = "With --config: called tool.", HelpName = "name" };
        var direction = new Option<string?>("--direction")
        {
            Description = $"Direction: {string.Join(" or ", ProtectionWords.Directions)}. Default: that of a JSON-RPC message, else to-client.",
            HelpName = "direction",
        };
        direction.AcceptOnly([.. ProtectionWords.Directions]);
        var changed = new Option<bool>("--text") { Description = "Print each text as it would pass, and nothing else on stdout." };
        var json = CommonOptions.Json();
        var paths = new Argument<string[]>("path") { Description = "Files, or folders with all their files.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("try",
            """
            Show what the protection of secrets and personal data would do to the texts of files. No value is printed: a placeholder is
            in its place.

            JSON: all strings and whole numbers of the value, or of a JSON-RPC message its params, result or error. JSON Lines (.jsonl,
            .ndjson): each line as such a value. Any other file: one text. A file or line has at most 4 MiB. The command works offline.
            PDF, Office and mail are read as texts here: readers of documents are not in this build.

            Examples:
              gatehouse protection try --preset balanced result.json
              gatehouse protection try --config gatehouse.yaml --server payroll --direction to-server call.json

            Exit codes: 0 everything passes unchanged, 1 something is changed or stopped, 2 wrong command line or configuration, 3 a file was
            not read.
            """) { preset, config, server, tool, direction, changed, json, paths };
        command.Check(result =>
        {
            if ((result.GetValue(preset) is null) == (result.GetValue(config) is null)) result.AddError("give --preset or --config");
            if (result.GetValue(config) is null && (result.GetValue(server) ?? result.GetValue(tool)) is not null)
                result.AddError("--server and --tool need --config");
        });
        command.SetAction(parsed =>
        {
            var rules = parsed.GetValue(preset) is { } name ? ProtectionRulesOptions.Of(name)
                : Load(parsed.GetValue(config)!, parsed.GetValue(server));
            if (rules is null) return ExitCodes.Usage;
            var forced = parsed.GetValue(direction) is { } word ? ProtectionWords.Direction(word) : (ProtectionDirection?)null;
            return new Run(rules, parsed.GetValue(server), parsed.GetValue(tool), forced, parsed.GetValue(changed), parsed.GetValue(json))
                .Read(parsed.GetValue(paths)!);
        });
        return command;
    }

    private static ProtectionSettings? Load(string config, string? server)
    {
        if (CommonOptions.LoadAsServed(config)?.Settings is not { } settings) return null;
        if (server is not null && settings.Server(server) is null)
        {
            Terminal.Fault($"the configuration has no server '{server}'");
            Terminal.Hint($"known servers: {string.Join(", ", settings.Servers.Select(static one => one.Name))}");
            return null;
        }

        if (!settings.Protection.IsConfigured) Terminal.Note("the configuration has no section 'protection', so the gateway searches no message");
        return settings.Protection;
    }

    private sealed class Run(
        ProtectionSettings rules, string? server, string? tool, ProtectionDirection? direction, bool changed, bool json)
    {
        private readonly List<JsonFields> found = [];
        private readonly List<(string File, string Reason)> unread = [];
        private int files;
        private int hits;
        private int affected;

        public int Read(string[] paths)
        {
            var reader = new TextFile(MessagePlace.Result, isForced: false);
            foreach (var path in TextFile.Expand(paths))
            {
                files++;
                if (reader.Read(path, text => Judge(path, text)) is { } reason) unread.Add((path, reason));
            }

            if (json)
            {
                JsonOutput.Write("protection", new JsonFields
                {
                    ["files"] = files,
                    ["found"] = found.ToJsonArray(),
                    ["notRead"] = unread.Select(static one => new JsonFields { ["file"] = one.File, ["reason"] = one.Reason }).ToJsonArray(),
                });
            }

            foreach (var (file, reason) in unread) Terminal.NoteLine($"{file}: not read: {reason}");
            if (!json) Terminal.Note($"{Counted.Of(files, "file")}: {hits} found, {affected} changed or stopped");
            return affected > 0 ? ExitCodes.No : unread.Count > 0 ? ExitCodes.Unavailable : ExitCodes.Done;
        }

        private void Judge(string path, InspectedText text)
        {
            var towards = direction
                ?? (text.Place is MessagePlace.Argument or MessagePlace.Answer ? ProtectionDirection.ToServer : ProtectionDirection.ToClient);
            List<(SensitiveHit Hit, ProtectionDecision Decision)> decided = [];
            foreach (var hit in SensitiveData.Find(text.Json.Span, text.Value, rules.OwnKinds))
            {
                var decision = rules.Decide(
                    new ProtectionCase(hit.Kind, hit.Name, hit.Confidence, towards, server, tool, null), TimeProvider.System.GetUtcNow());
                decided.Add((hit, decision));
                hits++;
                if (decision.Mode > ProtectionMode.Observe) affected++;
                if (json) found.Add(Json(path, text, hit, decision));
                else if (!changed) Print(path, text, hit, decision);
            }

            if (changed && !json) PrintChanged(path, text, decided);
        }

        private static void Print(string path, InspectedText text, SensitiveHit hit, ProtectionDecision decision)
        {
            var (line, column) = text.At(hit.Span);
            var row = $"{path}:{line}:{column}: {hit.Name} {Words.Of(hit.Confidence)}: {ProtectionWords.Of(decision.Mode)} "
                + $"({decision.Rule ?? "suppressed"})";
            Terminal.Row(row, decision.Mode > ProtectionMode.Notice ? Terminal.Bad : null);
            Terminal.Lines([$"    {text.Shown(hit.Span, Placeholder(hit))}"]);
        }

        private static void PrintChanged(string path, InspectedText text, List<(SensitiveHit Hit, ProtectionDecision Decision)> decided)
        {
            if (decided.Select(static one => one.Decision.Mode).DefaultIfEmpty().Max() is ProtectionMode.Block or ProtectionMode.Approve)
            {
                Terminal.NoteLine($"{path}: a text does not pass: {string.Join(", ", decided.Select(static one => one.Hit.Name).Distinct())}");
                return;
            }

            var changes = decided.Where(static one => one.Decision.Mode is ProtectionMode.Mask or ProtectionMode.Tokenise)
                .Select(static one => (one.Hit.Span, Placeholder(one.Hit))).ToList();
            Terminal.Data(VisibleText.GuardLines(text.With(changes)));
        }

        private static string Placeholder(SensitiveHit hit) => Encoding.ASCII.GetString(SensitiveData.Placeholder(hit));

        private static JsonFields Json(string path, InspectedText text, SensitiveHit hit, ProtectionDecision decision)
        {
            var (line, column) = text.At(hit.Span);
            return new JsonFields
            {
                ["file"] = path,
                ["line"] = line,
                ["column"] = column,
                ["kind"] = hit.Name,
                ["confidence"] = Words.Of(hit.Confidence),
                ["mode"] = ProtectionWords.Of(decision.Mode),
                ["rule"] = decision.Rule,
            };
        }
    }
}
