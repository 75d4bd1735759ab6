using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;

namespace Gatehouse.Range.Running;

/// <summary>A person who asks a gateway for a right for a time, with a token for administration and a client of the person's own.</summary>
internal sealed class PersonAtGateway(GatewayHost host, RangeIssuer issuer)
{
    private readonly ControlHandler control = GatewayAdministration.ControlOf(host);

    /// <summary>Asks for a right for a minute. Returns whether the request was taken.</summary>
    /// <param name="person">The person.</param>
    /// <param name="rule">Id of the rule of the right.</param>
    public async Task<bool> AskAsync(string person, string rule)
    {
        var token = issuer.Mint(person, host.Snapshots.Current.Settings.AdministrationResource, static claims => claims["client_id"] = "console");
        var account = new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId());
        return (await control.HandleAsync(new RequestAccess(rule, 60, "ticket 812"), account, token).ConfigureAwait(false)).Ok;
    }
}
