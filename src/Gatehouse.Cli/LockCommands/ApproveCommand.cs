using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;
using Gatehouse.Ipc;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary><c>gatehouse lock approve</c>: a person's approval of definitions, in a lock file or on a running gateway.</summary>
internal static class ApproveCommand
{
    public static Command Create()
    {
        var sources = new LockSources();
        var what = new Argument<string[]>("what")
        {
            Description = "Definitions: server, server/tool or server/tool/name. Kinds: tool, prompt, resource, template, instructions, "
                + "capabilities, server.",
            Arity = ArgumentArity.ZeroOrMore
        };
        var file = new Option<string>("--lock")
        { Description = "Lock file.", HelpName = "file", DefaultValueFactory = _ => LockWork.DefaultFile };
        var all = new Option<bool>("--all-new") { Description = "Every new or different definition of every server that is read." };
        var reason = new Option<string?>("--reason") { Description = "Reason, kept with the approval. Required.", HelpName = "text" };
        var expires = new Option<string?>("--expires")
        { Description = "End of the approval: a day such as 2027-01-31, or 90d. Default: never.", HelpName = "day" };
        var by = new Option<string>("--by")
        {
            Description = "Your name in the lock. Default: the name of your account.",
            HelpName = "name",
            DefaultValueFactory = _ => PeerAccount.OwnName()
        };
        var sign = new Option<string?>("--sign")
        {
            Description = "Sign with this key: file:PATH or env:NAME. Without servers to ask, it signs approvals that are in the lock.",
            HelpName = "key"
        };
        var signer = new Option<string?>("--signer")
        { Description = "Name of the key in lock.keys of the configuration. Default: --by.", HelpName = "name" };
        var newKey = new Option<string?>("--new-key")
        { Description = "Create a key in this new file, and print its public key for lock.keys.", HelpName = "file" };
        var gateway = new Option<bool>("--gateway")
        { Description = "Approve on the running gateway, as an administrator. Without names: list the withheld definitions." };
        var host = new Option<bool>("--host")
        { Description = "Approve on the host of the servers that you wrapped. Without names: list the withheld definitions." };
        var state = CommonOptions.State();
        var token = new Option<string?>("--token-file")
        { Description = "With --gateway: file with an access token for the administration audience.", HelpName = "file" };
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
            """)
        { what, file, all, reason, expires, by, sign, signer, newKey, gateway, host, state, token };
        sources.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(newKey) is { } path) return NewKey(path, parsed.GetValue(signer) ?? parsed.GetValue(by)!);
            if (LockWork.References((parsed.GetValue(what) ?? []).SkipLast(LockSources.Command(parsed).Length)) is not { } references)
                return ExitCodes.Usage;
            var now = LockWork.Whole(TimeProvider.System.GetUtcNow());
            if (!LockWork.TryReadEnd(parsed.GetValue(expires), now, out var ends)) return ExitCodes.Usage;
            if (parsed.GetValue(gateway) || parsed.GetValue(host))
            {
                var run = new GatewayApproval(parsed.GetValue(host), parsed.GetValue(state), sources.Configuration(parsed), parsed.GetValue(token),
                    parsed.GetValue(reason), ends);
                return references.Count == 0 && !parsed.GetValue(all) ? await run.ShowAsync(cancellation).ConfigureAwait(false)
                    : await run.ApproveAsync(references, parsed.GetValue(all), cancellation).ConfigureAwait(false);
            }

            if (references.Count == 0 && !parsed.GetValue(all))
            {
                Terminal.Fault("name the definitions that you approve, or use --all-new");
                return ExitCodes.Usage;
            }

            Func<byte[], ApprovalSignature>? signs = null;
            if (parsed.GetValue(sign) is { } reference)
            {
                signs = ApprovalSigningKey.Read(reference, parsed.GetValue(signer) ?? parsed.GetValue(by)!, out var fault);
                if (signs is null)
                {
                    Terminal.Fault(fault!);
                    return ExitCodes.Usage;
                }
            }

            var store = new LockStore(parsed.GetValue(file)!);
            if (store.Read() is not { } locked) return ExitCodes.Usage;
            if (signs is not null && !sources.AreGiven(parsed)) return Sign(store, locked, references, signs);
            if (parsed.GetValue(reason) is not { Length: > 0 } why)
            {
                Terminal.Fault("give the reason with --reason");
                return ExitCodes.Usage;
            }

            var approval = new Approval(parsed.GetValue(by)!, now, why) { Expires = ends };
            bool Wanted(string name) => parsed.GetValue(all) || references.Any(one => one.Server == name);
            if (await sources.ObserveAsync(parsed, locked, Wanted, cancellation).ConfigureAwait(false) is not { } observation) return ExitCodes.Usage;
            return Approve(store, locked, observation, references, parsed.GetValue(all), approval, signs);
        });
        return command;
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
    private static int Sign(LockStore store, LockFile locked, IReadOnlyList<DefinitionRef> references, Func<byte[], ApprovalSignature> signs)
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

        var answer = TerminalConfirmation.Ask($"Sign {Counted.Of(total, "approval")}");
        if (answer.IsGiven) return store.Write(result) ? ExitCodes.Done : ExitCodes.Unavailable;
        Terminal.Fault($"not signed, because {answer.Reason}; nothing was written");
        return ExitCodes.No;
    }

    private static int Approve(
        LockStore store, LockFile locked, Observation observation, IReadOnlyList<DefinitionRef> references, bool all, Approval approval,
        Func<byte[], ApprovalSignature>? signs)
    {
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

        var answer = TerminalConfirmation.Ask($"Approve {Counted.Of(count, "definition")}");
        if (answer.IsGiven) return store.Write(result) ? LockWork.Exit(true, observation.Gaps) : ExitCodes.Unavailable;
        Terminal.Fault($"not approved, because {answer.Reason}; nothing was written");
        return ExitCodes.No;
    }
}
