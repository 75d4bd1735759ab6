using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary><c>gatehouse lock</c>: puts the definitions of servers in a file that people review.</summary>
internal static class LockCommand
{
    public static Command Create()
    {
        var options = new LockWriteOptions();
        var command = new Command("lock",
            """
            Write the definitions of servers to a lock file: tools, prompts, resources, templates, instructions, capabilities.
            The command shows new and different definitions in full, and locks them after you approved them at the terminal.
            It starts or asks a server only after you agreed. It asks each server twice, to find texts that change by themselves.

            Examples:
              gatehouse lock -- npx -y @example/files@1.2.3 .
              gatehouse lock --config gatehouse.yaml --reason "ticket 812" --expires 180d
              gatehouse lock --path . --yes --unapproved

            Exit codes: 0 locked, 1 not approved, 2 wrong command line, 3 something could not be asked.
            """);
        options.AddTo(command);
        command.Add(VerifyCommand.Create());
        command.Add(DiffCommand.Create());
        command.Add(ApproveCommand.Create());
        command.Add(RevokeDefinitionCommand.Create());
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(LockWriteOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        var now = LockWork.Whole(TimeProvider.System.GetUtcNow());
        var reason = parsed.GetValue(options.Reason)!;
        if (!LockWork.TryReadEnd(parsed.GetValue(options.Expires), now, out var ends)) return ExitCodes.Usage;
        if (VolatilePatterns.Read(parsed.GetValue(options.Patterns) ?? [], reason) is not { } changing) return ExitCodes.Usage;
        var store = new LockStore(parsed.GetValue(options.File)!);
        if (store.Read() is not { } locked) return ExitCodes.Usage;
        if (await options.Sources.ObserveAsync(parsed, locked, static _ => true, cancellation).ConfigureAwait(false) is not { } observation)
            return ExitCodes.Usage;
        if (options.Sources.IsNamedByDefault(parsed) && Replaced(locked, observation) is { } other)
        {
            Terminal.Fault($"{store.Path} contains another server named {other}; nothing was written");
            Terminal.Hint("give this server another name with --name, or use --name with the same name to replace the other server");
            return ExitCodes.Usage;
        }

        var approval = new Approval(parsed.GetValue(options.By)!, now, reason) { Expires = ends };
        return await LockAsync(store, locked, observation, parsed.GetValue(options.Unapproved) ? null : approval, changing, cancellation)
            .ConfigureAwait(false);
    }

    // The name of a server whose place in the lock has another source.
    private static string? Replaced(LockFile locked, Observation observation) => observation.Servers
        .FirstOrDefault(one => locked.Find(one.Name) is { } known && known.Source != one.Identity.Source)?.Name;

    private static async Task<int> LockAsync(LockStore store, LockFile locked, Observation observation, Approval? approval,
        IReadOnlyDictionary<string, IReadOnlyList<LockedVolatility>> changing, CancellationToken cancellation)
    {
        var servers = LockWork.Verify(locked, observation, ApprovalRules.Single);
        LockWork.Print(servers, observation.Gaps, details: true);
        if (observation.Servers.Count == 0)
        {
            Terminal.Note("no server was asked: give a folder with --path, a configuration with --config, or a command after '--'");
            return ExitCodes.Unavailable;
        }

        var result = locked;
        var count = 0;
        foreach (var server in servers)
        {
            var rules = changing.GetValueOrDefault(server.Observed.Name) ?? [];
            bool Chosen(ServerDefinition definition) => IsToLock(server, definition, approval is null) && !ChangesByItself(server, definition, rules);
            var chosen = server.Observed.Definitions.Count(Chosen);
            if (chosen == 0 && server.Attributes.Count == 0 && rules.Count == 0) continue;
            count += chosen;
            result = LockEdit.Put(result, server.Observed, Chosen, approval, rules);
        }

        if (approval is not null && ReferenceEquals(result, locked)) Terminal.Note("the lock is current");
        else if (approval is not null
            && await TerminalConfirmation.AskAsync($"Approve and lock {Counted.Of(count, "definition")} as shown above", cancellation)
                .ConfigureAwait(false) is { IsGiven: false } answer)
        {
            Terminal.Fault($"not approved, because {answer.Reason}; nothing was written");
            Terminal.Hint("--unapproved writes new definitions for a later approval");
            return ExitCodes.No;
        }

        if (!store.Write(result)) return ExitCodes.Unavailable;
        return LockWork.Exit(
            servers.All(server => server.Observed.Unpinnable.Count == 0 && server.Observed.Changing.All(text => IsAllowed(result, server, text))),
            observation.Gaps);
    }

    // Without an approval no new definition replaces an approved one.
    private static bool IsToLock(VerifiedServer server, ServerDefinition definition, bool unapproved)
    {
        var one = server.Definitions.First(known => ReferenceEquals(known.Finding.Observed, definition));
        return unapproved ? server.Locked?.Find(definition.Kind, definition.Name) is null : !one.IsGood;
    }

    // A text that another rule of the lock lets change is locked by that rule. A text that no rule lets change would differ with the next list.
    private static bool ChangesByItself(VerifiedServer server, ServerDefinition definition, IReadOnlyList<LockedVolatility> rules) =>
        server.Observed.Changing.Any(text =>
        text.Kind == definition.Kind && text.Name == definition.Name && !rules.Concat(server.Locked?.Volatile ?? []).Any(rule => IsOf(rule, text)));

    private static bool IsAllowed(LockFile file, VerifiedServer server, ChangingText text) =>
        file.Find(server.Observed.Name)?.Volatile.Any(rule => IsOf(rule, text)) == true;

    private static bool IsOf(LockedVolatility rule, ChangingText text) =>
        rule.Rule.Kind == text.Kind && rule.Rule.Name == text.Name && rule.Rule.Pointer == text.Pointer;
}
