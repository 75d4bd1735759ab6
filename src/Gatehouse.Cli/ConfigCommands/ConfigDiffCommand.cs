using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration.Texts;
using Gatehouse.Text;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary><c>gatehouse config diff</c>.</summary>
internal static class ConfigDiffCommand
{
    public static Command Create()
    {
        var from = new Argument<string>("from")
        {
            Description = "Digest of a stored configuration, 'in-force' or 'previous'.",
            DefaultValueFactory = _ => StoredConfigurations.InForceWord,
        };
        var to = new Argument<string?>("to")
        {
            Description = "The same, or 'files' for the files on the disk. Default: 'files'; behind 'previous' it is 'in-force'.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var json = CommonOptions.Json();
        var command = new Command("diff",
            """
            Compare two stored configurations, or one with the files on the disk, as a unified difference. Without arguments it compares the
            configuration in force with the files on the disk; 'diff previous' compares the one before it with it. The audit log says which
            configurations there were; where it cannot be read, a line says so. Values of secrets are hidden, and characters that a
            terminal would act on are written out. A gateway may run or not.

            Examples:
              gatehouse config diff --config gatehouse.yaml
              gatehouse config diff previous --config gatehouse.yaml
              gatehouse config diff 3f9a0c41d2b7 in-force --state /var/lib/gatehouse

            Exit codes: 0 nothing differs, 1 something does, 2 wrong command line or configuration, 3 there is no such configuration, or a
            text cannot be read.
            """)
        { from, to, config, state, json };
        command.SetAction((parsed, cancellation) => StoredConfigurations.RunAsync(parsed.GetValue(state), parsed.GetValue(config), stored =>
            ShowAsync(stored, parsed.GetValue(from)!, parsed.GetValue(to) ?? DefaultBeside(parsed.GetValue(from)!),
                parsed.GetValue(config), parsed.GetValue(json), cancellation)));
        return command;
    }

    // The last change is what a reader of 'previous' looks for; the files may have changed again since.
    private static string DefaultBeside(string from) =>
        from == StoredConfigurations.PreviousWord ? StoredConfigurations.InForceWord : StoredConfigurations.FilesWord;

    private static async Task<int> ShowAsync(
        StoredConfigurations stored, string from, string to, string? config, bool json, CancellationToken cancellation)
    {
        var log = StoredConfigurations.LogOf(config);
        var (before, code) = await stored.FindAsync(from, log, cancellation).ConfigureAwait(false);
        if (before is null) return code;
        IReadOnlyList<SnapshotFile> after;
        var compared = before.Files;
        if (to == StoredConfigurations.FilesWord)
        {
            // The flags and variables of another process are not known here.
            compared = before.Files.Where(static file => !IsOutside(file)).ToList();
            after = StoredConfigurations.FilesOnDisk(config, before);
        }
        else
        {
            (var other, code) = await stored.FindAsync(to, log, cancellation).ConfigureAwait(false);
            if (other is null) return code;
            after = other.Files;
            // The files that a forced rollback replaced were read from the disk: no process had them with its flags and variables.
            if (before.Files.Any(IsOutside) != after.Any(IsOutside))
            {
                Terminal.NoteLine($"flags and variables are not compared: none are stored with {(after.Any(IsOutside) ? from : to)}");
                (compared, after) = ([.. compared.Where(static file => !IsOutside(file))], [.. after.Where(static file => !IsOutside(file))]);
            }
        }

        var changes = ConfigurationDifference.Of(compared, after);
        if (json) JsonOutput.Write("difference", Json(changes, from, to));
        else if (changes.Count == 0) Terminal.Note("nothing differs");
        else Terminal.Lines(ConfigurationDifference.Lines(changes, from, to));
        return changes.Count == 0 ? ExitCodes.Done : ExitCodes.No;
    }

    private static JsonObject Json(IReadOnlyList<FileChange> changes, string from, string to) => new JsonFields
    {
        ["from"] = from,
        ["to"] = to,
        ["files"] = changes.Select(Json).ToJsonArray(),
    };

    private static JsonFields Json(FileChange change) => new()
    {
        ["path"] = change.Path,
        ["state"] = change.State,
        ["lines"] = change.Lines.ToJsonArray(),
    };

    private static bool IsOutside(SnapshotFile file) => file.Part == SnapshotPart.Outside;
}
