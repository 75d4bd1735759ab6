using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Cli.LockCommands;

/// <summary><c>gatehouse lock verify</c>: the check that servers have the approved definitions, for pipelines.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var sources = new LockSources();
        var file = new Option<string>("--lock")
        { Description = "Lock file.", HelpName = "file", DefaultValueFactory = _ => LockWork.DefaultFile };
        var only = new Option<string[]>("--server") { Description = "Only this server. Can be repeated.", HelpName = "name" };
        var @static = new Option<bool>("--static") { Description = "Ask no server. Check only that every approval in the file counts now." };
        var json = CommonOptions.Json();
        var sarif = new Option<string?>("--sarif") { Description = "Write SARIF 2.1.0 to this file.", HelpName = "file" };
        var command = new Command("verify",
            """
            Check that the definitions of servers are approved. The command asks every server of the lock, as 'gatehouse lock' does, or
            reads a listing. It never counts a server as good that it could not ask. With --config it also checks the signatures that the
            configuration requires. A server that was locked by its command is found only with the same command after '--'.

            Examples:
              gatehouse lock verify --path . --yes
              gatehouse lock verify --yes -- npx -y @example/files@1.2.3 .
              gatehouse lock verify --static --config gatehouse.yaml
              gatehouse lock verify --listing files=answers.json --json

            Exit codes: 0 all as approved, 1 something is not, 2 wrong command line or lock, 3 something could not be measured.
            """)
        { file, only, @static, json, sarif };
        sources.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var store = new LockStore(parsed.GetValue(file)!);
            if (store.Read() is not { } locked || LockWork.Rules(sources.Configuration(parsed)) is not { } rules) return ExitCodes.Usage;
            if (!store.Exists)
            {
                Terminal.Fault($"{store.Path} does not exist; write it with: gatehouse lock");
                return ExitCodes.Usage;
            }

            var names = parsed.GetValue(only) ?? [];
            bool Wanted(string name) => names.Length == 0 || names.Contains(name, StringComparer.Ordinal);
            var observation = parsed.GetValue(@static)
                ? AsLocked(locked, Wanted) : await sources.ObserveAsync(parsed, locked, Wanted, cancellation).ConfigureAwait(false);
            if (observation is null) return ExitCodes.Usage;
            var gaps = observation.Gaps.Concat(Unasked(locked, observation, Wanted))
                .Concat(names.Where(name => !Known(locked, observation, name))
                .Select(name => new Gap(name, "neither the lock nor a configuration contains it", true))).ToList();
            var servers = LockWork.Verify(locked, observation, rules);
            if (parsed.GetValue(json)) JsonOutput.Write("verification", LockJson.Of(servers, gaps));
            else LockWork.Print(servers, gaps, details: true);
            if (parsed.GetValue(sarif) is { } report && !LockSarif.Write(report, parsed.GetValue(file)!, servers, gaps)) return ExitCodes.Unavailable;
            return LockWork.Exit(servers.All(server => server.IsGood), gaps);
        });
        return command;
    }

    private static Observation AsLocked(LockFile locked, Func<string, bool> wanted) => new(
        [.. locked.Servers.Where(server => wanted(server.Name)).Select(server => new ObservedServer(
            server.Name, new ServerIdentity(server.Source) { Version = server.Version, Command = server.Command },
            [.. server.Definitions.Select(one => one.Definition)]))],
        []);

    private static IEnumerable<Gap> Unasked(LockFile locked, Observation observation, Func<string, bool> wanted) => locked.Servers
        .Where(server => wanted(server.Name) && observation.Servers.All(one => one.Name != server.Name)
        && observation.Gaps.All(gap => gap.What != server.Name))
        .Select(server => new Gap(server.Name, "it is in the lock, but in no source that was read: "
            + "repeat the --path, the --config or the command after '--' with which it was locked", true));

    private static bool Known(LockFile locked, Observation observation, string name) =>
        locked.Find(name) is not null || observation.Servers.Any(server => server.Name == name) || observation.Gaps.Any(gap => gap.What == name);
}
