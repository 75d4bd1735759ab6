using System.Globalization;
using Gatehouse.Gateway.Control;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Link;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Personal;

/// <summary>
/// What the control socket of a personal host can do. An act that stands for a person's word needs a confirmation typed at the
/// terminal device (design rule 12); what a program of the same account can still do stands in the threat model.
/// </summary>
internal sealed class PersonalActs(PersonalHost host)
{
    private readonly DefinitionActs definitions = new(host.Core);

    /// <summary>Carries out one request.</summary>
    public async Task<ControlReply> HandleAsync(ControlRequest request, PeerAccount peer)
    {
        if (!peer.IsOwn)
        {
            NoteRefused(peer);
            return ControlReply.Refuse("another account may not control this host", "run the command as the account that runs the host");
        }

        try
        {
            return request.Verb switch
            {
                "status" => Status(),
                "command.list" => new ControlReply { Ok = true, Commands = host.Commands.All() },
                "command.approve" => await ApproveAsync(request, peer).ConfigureAwait(false),
                "command.revoke" => await RevokeAsync(request, peer).ConfigureAwait(false),
                "lock.pending" => definitions.Pending(),
                "lock.approve" => WithoutPerson(request, peer) ?? await definitions.ApproveAsync(request, Who(peer)).ConfigureAwait(false),
                "lock.revoke" => await definitions.RevokeAsync(request, Who(peer)).ConfigureAwait(false), // taking a right away needs no person
                "reload" => await ReloadAsync().ConfigureAwait(false),
                "stop" => Stop(peer),
                _ => ControlReply.Refuse("unknown act", "use the gatehouse command of the same release"),
            };
        }
        catch (StoreException e)
        {
            return ControlReply.Refuse(e.Message, "mend the store, or free space");
        }
    }

    /// <summary>Notes a peer that may not control the host.</summary>
    public void NoteRefused(PeerAccount? peer)
    {
        var account = peer?.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
        host.Core.NoteRefused("account " + account, "control.refused", ("account", account), ("why", "another-account"));
    }

    private static string Who(PeerAccount peer) => $"terminal of account {peer.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}";

    private ControlReply Status()
    {
        var facts = new Dictionary<string, string>
        {
            ["servers"] = host.Count.ToString(CultureInfo.InvariantCulture),
            ["generation"] = host.Core.Snapshots.Current.Generation.ToString(CultureInfo.InvariantCulture),
            ["underWay"] = host.Core.Registry.Count.ToString(CultureInfo.InvariantCulture),
            ["pid"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            ["ready"] = host.Core.IsReady ? "yes" : "no",
        };
        foreach (var (fact, value) in host.Core.LockFacts()) facts[fact] = value;
        foreach (var (name, count) in host.Connected()) facts["server." + name] = count.ToString(CultureInfo.InvariantCulture);
        LogFacts.AddTo(facts, host.Core);
        return new ControlReply { Ok = true, Facts = facts };
    }

    // The asker's command is approved in full as it was shown; a digest alone says nothing about what stands behind it.
    private async Task<ControlReply> ApproveAsync(ControlRequest request, PeerAccount peer)
    {
        if (WithoutPerson(request, peer) is { } refusal) return refusal;
        if (request.Commands is not { Count: > 0 and <= 256 } shown) return ControlReply.Refuse("nothing is named", "name what was shown");
        if (shown.Any(view => view.ToCommand().Digest != view.Digest || !PersonalSettings.IsName(view.Name) || view.Arguments.Count == 0))
            return ControlReply.Refuse("what was shown is not what would be approved", "use the gatehouse command of the same release");
        if (!host.Core.Audit.IsAvailable) return ControlReply.Refuse(GatewayCore.Unrecorded, GatewayCore.MendLog);
        var isDurable = true;
        foreach (var view in shown)
        {
            await host.Commands.ApproveAsync(view.Name, view.ToCommand()).ConfigureAwait(false);
            isDurable &= await NoteAsync("command.approve", peer, view.Digest, view.Name).ConfigureAwait(false);
        }

        var done = shown.Count == 1 ? $"{shown[0].Name} may be started" : string.Create(CultureInfo.InvariantCulture, $"{shown.Count} commands may be started");
        return ControlReply.Done(isDurable ? done : $"{done}; {GatewayCore.NotDurable}");
    }

    // Taking a right away needs no person: the worst it does is to ask again.
    private async Task<ControlReply> RevokeAsync(ControlRequest request, PeerAccount peer)
    {
        if (request.Value is not { Length: 64 } digest || !await host.Commands.RevokeAsync(digest).ConfigureAwait(false))
            return ControlReply.Refuse("there is no such command", "see them with: gatehouse command list");
        await NoteAsync("command.revoke", peer, digest, "").ConfigureAwait(false);
        return ControlReply.Done($"{digest[..12]} asks again before it is started; servers that run go on");
    }

    private static ControlReply? WithoutPerson(ControlRequest request, PeerAccount peer)
    {
        if (!request.Confirmed) return ControlReply.Refuse("an approval needs a person at a terminal", "run the command in a terminal and type the answer there");
        return Terminals.HasOne(peer.ProcessId) ? null : ControlReply.Refuse("the asking program has no terminal, so no person typed there", "run the command in a terminal and type the answer there");
    }

    private async Task<ControlReply> ReloadAsync()
    {
        var faults = await host.ReloadAsync().ConfigureAwait(false);
        return faults.Count == 0
            ? ControlReply.Done(string.Create(CultureInfo.InvariantCulture, $"generation {host.Core.Snapshots.Current.Generation} is in force"))
            : new ControlReply { Ok = false, Message = "the new configuration is not in force; the old one goes on", Remedy = "mend the faults and reload again", Faults = faults };
    }

    private ControlReply Stop(PeerAccount peer)
    {
        Note("host.stopped", peer, "", "");
        host.Stop();
        return ControlReply.Done("the host ends; servers that are wrapped start another");
    }

    private void Note(string act, PeerAccount peer, string command, string server) => _ = NoteAsync(act, peer, command, server);

    // Durable before the act is answered; what takes a right away is done also where the log cannot be written, which then counts it as lost.
    private Task<bool> NoteAsync(string act, PeerAccount peer, string command, string server) => host.Core.NoteDurableAsync(
        "control." + act,
        ("account", peer.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown"), ("process", peer.ProcessId.ToString(CultureInfo.InvariantCulture)),
        ("command", command), ("server", server));
}
