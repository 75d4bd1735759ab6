using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;

namespace Gatehouse.Range.Running;

/// <summary>A person who answers questions of a gateway, with a token for administration and a client of the person's own.</summary>
internal sealed class ApproverAtGateway(GatewayHost host, RangeIssuer issuer)
{
    private readonly ControlHandler control = GatewayAdministration.ControlOf(host);

    /// <summary>Returns the number of open questions.</summary>
    public async Task<int> CountAsync() => (await ListAsync().ConfigureAwait(false)).Count;

    /// <summary>Looks at the newest open question, and grants it. Returns whether the grant was taken.</summary>
    /// <param name="by">The token of the person.</param>
    /// <param name="remember">What is remembered with the grant, in the words of the command; null for nothing.</param>
    /// <param name="isExpected">Returns whether the text on the screen is the one that the person expects; null grants every text.</param>
    public async Task<bool> GrantAsync(AdministrationToken by, string? remember = null, Func<string, bool>? isExpected = null)
    {
        if (await ListAsync().ConfigureAwait(false) is not [.., var open]) return false;
        var show = new ControlRequest { Verb = "approval.show", Id = open.Id, AdminToken = Mint(by), Remember = remember };
        var shown = await SendAsync(show).ConfigureAwait(false);
        if (shown.Approval is not { } seen) return false;
        if (isExpected is not null && !isExpected(string.Join('\n', seen.Lines ?? []))) return false;
        var grant = show with { Verb = "approval.grant", Id = seen.Id, Digest = seen.Digest, Shown = seen.Shown };
        return (await SendAsync(grant).ConfigureAwait(false)).Ok;
    }

    private async Task<IReadOnlyList<ApprovalView>> ListAsync() =>
    [
        .. ((await SendAsync(new ControlRequest { Verb = "approval.list" }).ConfigureAwait(false)).Approvals ?? [])
            .Where(static one => one.State == "open"),
    ];

    private string Mint(AdministrationToken by) => by.MintFor(host, issuer);

    private Task<ControlReply> SendAsync(ControlRequest request) =>
        control.HandleAsync(request, new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId()));
}
