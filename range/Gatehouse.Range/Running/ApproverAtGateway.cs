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
        RememberWish? wish = null;
        if (remember is not null && !RememberWish.TryRead(remember, null, out wish)) return false;
        var shown = await SendAsync(new ShowApproval(open.Id) { Remember = wish }, Mint(by)).ConfigureAwait(false);
        if (!shown.Ok) return false;
        var seen = shown.As<ApprovalView>();
        if (isExpected is not null && !isExpected(string.Join('\n', seen.Lines ?? []))) return false;
        var grant = new AnswerApproval(seen.Id, true, seen.Digest, seen.Shown ?? "") { Remember = wish };
        return (await SendAsync(grant, Mint(by)).ConfigureAwait(false)).Ok;
    }

    private async Task<IReadOnlyList<ApprovalView>> ListAsync() =>
    [
        .. (await SendAsync(new ListApprovals(), null).ConfigureAwait(false)).As<ApprovalList>().Approvals.Where(static one => one.State == "open"),
    ];

    private string Mint(AdministrationToken by) => by.MintFor(host, issuer);

    private Task<ControlReply> SendAsync(AdministrativeAction act, string? token) =>
        control.HandleAsync(act, new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId()), token);
}
