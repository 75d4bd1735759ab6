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
        var request = new ControlRequest
        {
            Verb = "access.request",
            Rule = rule,
            Seconds = 60,
            Reason = "ticket 812",
            AdminToken = issuer.Mint(person, host.Snapshots.Current.Settings.AdministrationResource, static claims => claims["client_id"] = "console"),
        };
        return (await control.HandleAsync(request, new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId())).ConfigureAwait(false)).Ok;
    }
}
