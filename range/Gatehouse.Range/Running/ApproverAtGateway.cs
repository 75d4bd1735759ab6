using Gatehouse.Administration.Control;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;

namespace Gatehouse.Range.Running;

/// <summary>A person who answers questions of a gateway, with a token for administration and a client of the person's own.</summary>
internal sealed class ApproverAtGateway(GatewayHost host, RangeIssuer issuer)
{
    private const string Console = "console";

    private readonly ControlHandler control = GatewayAdministration.ControlOf(host);

    /// <summary>Looks at the newest open question, and grants it. Returns whether the grant was taken.</summary>
    /// <param name="person">The person.</param>
    /// <param name="remember">What is remembered with the grant, in the words of the command; null for nothing.</param>
    public async Task<bool> GrantAsync(string person, string? remember = null)
    {
        var list = await SendAsync(new ControlRequest { Verb = "approval.list" }).ConfigureAwait(false);
        if (list.Approvals?.LastOrDefault(static one => one.State == "open") is not { } open) return false;
        var token = issuer.Mint(person, host.Snapshots.Current.Settings.AdministrationResource, static claims => claims["client_id"] = Console);
        var show = new ControlRequest { Verb = "approval.show", Id = open.Id, AdminToken = token, Remember = remember };
        var shown = await SendAsync(show).ConfigureAwait(false);
        if (shown.Approval is not { } seen) return false;
        var grant = show with { Verb = "approval.grant", Id = seen.Id, Digest = seen.Digest, Shown = seen.Shown };
        return (await SendAsync(grant).ConfigureAwait(false)).Ok;
    }

    private Task<ControlReply> SendAsync(ControlRequest request) =>
        control.HandleAsync(request, new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId()));
}
