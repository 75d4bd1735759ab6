using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Cli.LockCommands;

/// <summary><c>gatehouse lock diff</c>: the parts that a model would read differently from the approved definitions.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var sources = new LockSources();
        var file = new Option<string>("--lock")
        { Description = "Lock file.", HelpName = "file", DefaultValueFactory = _ => LockWork.DefaultFile };
        var command = new Command("diff",
            """
            Show the differences between the approved definitions and the present ones: texts by words, schemas by new permissions and
            requirements. Invisible characters are written out. The command asks the servers as 'gatehouse lock' does.

            Examples:
              gatehouse lock diff
              gatehouse lock diff --config gatehouse.yaml
              gatehouse lock diff --listing files=answers.json

            Exit codes: 0 nothing differs, 1 something does, 2 wrong command line, 3 something could not be asked.
            """)
        { file };
        sources.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var store = new LockStore(parsed.GetValue(file)!);
            if (store.Read() is not { } locked) return ExitCodes.Usage;
            if (!store.Exists) Terminal.NoteLine($"{store.Path} does not exist, so every definition is new");
            if (await sources.ObserveAsync(parsed, locked, static _ => true, cancellation).ConfigureAwait(false) is not { } observation)
                return ExitCodes.Usage;
            var servers = LockWork.Verify(locked, observation, ApprovalRules.Single);
            LockWork.Print(servers, observation.Gaps, details: true);
            if (observation.Servers.Count == 0) return ExitCodes.Unavailable;
            return LockWork.Exit(
                servers.All(server => server.Attributes.Count == 0
                    && server.Definitions.All(one => one.Finding.State is LockState.Equal or LockState.Volatile or LockState.Missing)),
                    observation.Gaps);
        });
        return command;
    }
}
