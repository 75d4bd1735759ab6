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

/// <summary><c>gatehouse lock approve</c>: a person's word that definitions may be seen, in a lock file or on a running gateway.</summary>
internal static class ApproveCommand
{
    public static Command Create()
    {
        var sources = new LockSources();
        var what = new Argument<string[]>("what")
            { Description = "Which: server, server/tool or server/tool/name; kinds are tool, prompt, resource, template, instructions, "
                + "capabilities, server.", Arity = ArgumentArity.ZeroOrMore };
        var file = new Option<string>("--lock")
            { Description = "The lock file.", HelpName = "file", DefaultValueFactory = _ => LockWork.DefaultFile };
        var all = new Option<bool>("--all-new") { Description = "Everything that is new or different, of every server that is looked at." };
        var reason = new Option<string?>("--reason") { Description = "Why; kept with the approval. Needed.", HelpName = "text" };
        var expires = new Option<string?>("--expires")
            { Description = "When the approval ends: a day such as 2027-01-31, or 90d. Default: never.", HelpName = "day" };
        var by = new Option<string>("--by")
            { Description = "Your name in the lock. Default: the name of your account.", HelpName = "name",
                DefaultValueFactory = _ => PeerAccount.OwnName() };
        var sign = new Option<string?>("--sign")
            { Description = "Sign with this key: file:PATH or env:NAME. Alone, without servers to ask, it signs approvals that are in the lock.",
                HelpName = "key" };
        var signer = new Option<string?>("--signer")
            { Description = "Name of the key in lock.keys of the configuration. Default: --by.", HelpName = "name" };
        var newKey = new Option<string?>("--new-key")
            { Description = "Make a key in this new file, and print its public half for lock.keys.", HelpName = "file" };
        var gateway = new Option<bool>("--gateway")
            { Description = "On the running gateway, at once, as an administrator. Without names: list what it withholds." };
        var host = new Option<bool>("--host")
            { Description = "On the host of the servers that this person wrapped, at once. Without names: list what it withholds." };
        var state = CommonOptions.State();
        var token = new Option<string?>("--token-file")
            { Description = "With --gateway: file with an access token for the administration audience.", HelpName = "file" };
        var command = new Command("approve",
            """
            Approve what servers say of themselves. The difference is shown first; then you are asked at the terminal.

            In a lock file: servers are asked as with lock. With --gateway: the running gateway shows what it withholds and
            takes the approval. That needs an access token for the administration audience, or with --dev a confirmation at
            the terminal; where lock.approvers is more than 1, as many different administrators have to approve. With --host:
            the same for the servers that you wrapped, by a confirmation at the terminal.

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
                Terminal.Fault("name what you approve, or --all-new");
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
                Terminal.Fault("say why with --reason");
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
            Terminal.NoteLine($"the key is in {path}; keep it to yourself. In the configuration, under lock.keys:");
            Terminal.Data($"{VisibleText.Escape(name)}: {line}");
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"no key is made: {e.Message}");
            return ExitCodes.Unavailable;
        }
    }

    // Who signs says yes to what stands in the file: it is shown, in full, before.
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

        if (TerminalConfirmation.Ask($"Sign these {total} approvals")) return store.Write(result) ? ExitCodes.Done : ExitCodes.Unavailable;
        Terminal.Fault("not signed; nothing is written");
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
                Terminal.Fault($"{server.Observed.Name} comes from elsewhere or is started otherwise than when it was locked; approve the server "
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
            Terminal.Fault("no server that was asked says such a thing");
            return observation.Gaps.Count > 0 ? ExitCodes.Unavailable : ExitCodes.No;
        }

        if (TerminalConfirmation.Ask($"Approve these {count} definitions"))
            return store.Write(result) ? LockWork.Exit(true, observation.Gaps) : ExitCodes.Unavailable;
        Terminal.Fault("not approved; nothing is written");
        return ExitCodes.No;
    }
}
