using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary><c>gatehouse lock approve</c>: a person's approval of definitions, in a lock file or on a running gateway.</summary>
internal static class ApproveCommand
{
    public static Command Create()
    {
        var options = new ApproveOptions();
        var command = new Command("approve",
            """
            Approve definitions of servers. The command shows the difference first, and then asks at the terminal.

            For a lock file, the command asks the servers as 'gatehouse lock' does. With --gateway, the running gateway shows the
            definitions that it withholds, and takes the approval. That needs an access token for the administration audience, or with
            --dev a confirmation at the terminal. If lock.approvers is more than 1, as many different administrators have to approve.
            With --host, the command approves for the servers that you wrapped, by a confirmation at the terminal.

            Examples:
              gatehouse lock approve files/tool/read_file --path . --reason "ticket 812"
              gatehouse lock approve files/tool/read_file --reason "ticket 812" -- npx -y @example/files@1.2.3 .
              gatehouse lock approve --all-new --config gatehouse.yaml --reason "release 2" --expires 90d
              gatehouse lock approve files --sign file:/home/ada/approver.pem --signer ada
              gatehouse lock approve --new-key /home/ada/approver.pem
              gatehouse lock approve --gateway files/tool/read_file --reason "ticket 812" --token-file admin.token
            """);
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ApproveOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(options.NewKey) is { } path) return NewKey(path, options.SignerOf(parsed));
        if (LockWork.References((parsed.GetValue(options.What) ?? []).SkipLast(LockSources.Command(parsed).Length)) is not { } references)
            return ExitCodes.Usage;
        var now = LockWork.Whole(TimeProvider.System.GetUtcNow());
        if (!LockWork.TryReadEnd(parsed.GetValue(options.Expires), now, out var ends)) return ExitCodes.Usage;
        if (parsed.GetValue(options.Gateway) || parsed.GetValue(options.Host))
            return await OnGatewayAsync(options, parsed, references, ends, cancellation).ConfigureAwait(false);
        if (references.Count == 0 && !parsed.GetValue(options.AllNew))
        {
            Terminal.Fault("name the definitions that you approve, or use --all-new");
            return ExitCodes.Usage;
        }

        return await InFileAsync(options, parsed, references, now, ends, cancellation).ConfigureAwait(false);
    }

    private static Task<int> OnGatewayAsync(ApproveOptions options, ParseResult parsed, IReadOnlyList<DefinitionRef> references, DateTimeOffset? ends,
        CancellationToken cancellation)
    {
        var run = new GatewayApproval(parsed.GetValue(options.Host), parsed.GetValue(options.State), options.Sources.Configuration(parsed),
            parsed.GetValue(options.Token), parsed.GetValue(options.Reason), ends);
        var all = parsed.GetValue(options.AllNew);
        return references.Count == 0 && !all ? run.ShowAsync(cancellation) : run.ApproveAsync(references, all, cancellation);
    }

    private static async Task<int> InFileAsync(ApproveOptions options, ParseResult parsed, IReadOnlyList<DefinitionRef> references,
        DateTimeOffset now, DateTimeOffset? ends, CancellationToken cancellation)
    {
        if (!TryReadKey(options, parsed, out var signs)) return ExitCodes.Usage;
        var store = new LockStore(parsed.GetValue(options.File)!);
        if (store.Read() is not { } locked) return ExitCodes.Usage;
        if (signs is not null && !options.Sources.AreGiven(parsed))
            return await SignAsync(store, locked, references, signs, cancellation).ConfigureAwait(false);
        if (parsed.GetValue(options.Reason) is not { Length: > 0 } why)
        {
            Terminal.Fault("give the reason with --reason");
            return ExitCodes.Usage;
        }

        var all = parsed.GetValue(options.AllNew);
        bool Wanted(string name) => all || references.Any(one => one.Server == name);
        if (await options.Sources.ObserveAsync(parsed, locked, Wanted, cancellation).ConfigureAwait(false) is not { } observation)
            return ExitCodes.Usage;
        var approval = new Approval(parsed.GetValue(options.By)!, now, why) { Expires = ends };
        return await ApproveAsync(store, locked, observation, references, all, approval, signs, cancellation).ConfigureAwait(false);
    }

    // Null without --sign. A key that cannot be read is reported.
    private static bool TryReadKey(ApproveOptions options, ParseResult parsed, out Func<byte[], ApprovalSignature>? signs)
    {
        signs = null;
        if (parsed.GetValue(options.Sign) is not { } reference) return true;
        signs = ApprovalSigningKey.Read(reference, options.SignerOf(parsed), out var fault);
        if (signs is null) Terminal.Fault(fault!);
        return signs is not null;
    }

    private static int NewKey(string path, string name)
    {
        try
        {
            var line = ApprovalSigningKey.Create(path);
            Terminal.NoteLine($"the key is in {path}; keep it secret. Add this line to the configuration, under lock.keys:");
            Terminal.Data($"{VisibleText.Escape(name)}: {line}");
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"the key was not created: {e.Message}");
            return ExitCodes.Unavailable;
        }
    }

    // A signer agrees to the content of the file: it is shown, in full, before.
    private static async Task<int> SignAsync(LockStore store, LockFile locked, IReadOnlyList<DefinitionRef> references,
        Func<byte[], ApprovalSignature> signs, CancellationToken cancellation)
    {
        var result = locked;
        var total = 0;
        foreach (var reference in references)
        {
            foreach (var one in locked.Find(reference.Server)?.Definitions.Where(one => one.Approval is not null
                && reference.Means(reference.Server, one.Definition.Kind, one.Definition.Name)) ?? [])
            {
                Terminal.Data($"{VisibleText.Escape(reference.Server)}  {LockText.Key(one.Definition.Kind, one.Definition.Name)}  {one.Digest}");
                Terminal.Lines(FindingText.Lines(one.Definition).Concat(DefinitionText.Lines(one.Definition)).Select(line => "    " + line));
            }

            result = LockEdit.Sign(result, reference, signs, out var count);
            total += count;
        }

        if (total == 0)
        {
            Terminal.Fault("the lock has no such approval to sign");
            return ExitCodes.No;
        }

        var answer = await TerminalConfirmation.AskAsync($"Sign {Counted.Of(total, "approval")}", cancellation).ConfigureAwait(false);
        if (answer.IsGiven) return store.Write(result) ? ExitCodes.Done : ExitCodes.Unavailable;
        Terminal.Fault($"not signed, because {answer.Reason}; nothing was written");
        return ExitCodes.No;
    }

    private static async Task<int> ApproveAsync(
        LockStore store, LockFile locked, Observation observation, IReadOnlyList<DefinitionRef> references, bool all, Approval approval,
        Func<byte[], ApprovalSignature>? signs, CancellationToken cancellation)
    {
        if (FindUnknown(references, locked, observation) is { } unknown)
        {
            Terminal.Fault(unknown);
            return ExitCodes.No;
        }

        var result = locked;
        var count = 0;
        foreach (var server in LockWork.Verify(locked, observation, ApprovalRules.Single))
        {
            bool Means(ServerDefinition definition) => references.Any(one => one.Means(server.Observed.Name, definition.Kind, definition.Name));
            bool Chosen(ServerDefinition definition) =>
                Means(definition) || (all && server.Definitions.Any(one => ReferenceEquals(one.Finding.Observed, definition) && !one.IsGood));
            var chosen = server.Observed.Definitions.Where(Chosen).ToList();
            if (chosen.Count == 0) continue;
            if (server.Attributes.Count > 0 && !all && references.All(one => one.Server != server.Observed.Name || one.Kind is not null))
            {
                Terminal.Fault($"the source or the command of {server.Observed.Name} differs from the lock; approve the server "
                    + $"as a whole");
                return ExitCodes.No;
            }

            Terminal.Lines(LockText.Of(
                server with { Definitions = [.. server.Definitions.Where(one => one.Finding.Observed is { } seen && chosen.Contains(seen))] },
                details: true));
            count += chosen.Count;
            result = LockEdit.Put(result, server.Observed, Chosen, approval);
            if (signs is null) continue;
            foreach (var definition in chosen)
                result = LockEdit.Sign(result,
                    new DefinitionRef(server.Observed.Name, definition.Kind, DefinitionKinds.IsNamed(definition.Kind) ? definition.Name : null),
                    signs, out _);
        }

        foreach (var gap in observation.Gaps) Terminal.NoteLine($"{gap.What}: not measured: {gap.Why}");
        if (count == 0)
        {
            Terminal.Fault("no server that was asked has such a definition");
            return observation.Gaps.Count > 0 ? ExitCodes.Unavailable : ExitCodes.No;
        }

        var answer = await TerminalConfirmation.AskAsync($"Approve {Counted.Of(count, "definition")}", cancellation).ConfigureAwait(false);
        if (answer.IsGiven) return store.Write(result) ? LockWork.Exit(true, observation.Gaps) : ExitCodes.Unavailable;
        Terminal.Fault($"not approved, because {answer.Reason}; nothing was written");
        return ExitCodes.No;
    }

    // A slip in one of several names must not pass as the approval of all of them. A server that could not be asked is reported as that.
    private static string? FindUnknown(IReadOnlyList<DefinitionRef> references, LockFile locked, Observation observation)
    {
        var observed = observation.Servers
            .SelectMany(server => server.Definitions.Select(one => (Server: server.Name, one.Kind, one.Name))).ToList();
        var unknown = references.FirstOrDefault(reference => !observed.Any(one => reference.Means(one.Server, one.Kind, one.Name))
            && observation.Gaps.All(gap => gap.What != reference.Server));
        if (unknown is null) return null;
        var known = locked.Servers
            .SelectMany(server => server.Definitions.Select(one => (server.Name, one.Definition.Kind, one.Definition.Name)));
        var near = NearestDefinition.Words(unknown, observed.Concat(known));
        return observation.Servers.Any(server => server.Name == unknown.Server)
            ? $"the server {unknown.Server} has no definition {unknown}{near}; nothing was approved"
            : $"no server {unknown.Server} was asked{near}; nothing was approved";
    }
}
