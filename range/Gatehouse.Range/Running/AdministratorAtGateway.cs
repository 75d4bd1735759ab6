using Gatehouse.Administration.Control;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;

namespace Gatehouse.Range.Running;

/// <summary>An administrator of a gateway, with a token for administration and a client of the person's own.</summary>
internal sealed class AdministratorAtGateway(GatewayHost host, RangeIssuer issuer)
{
    private const string Person = "bob";

    private readonly ControlHandler control = GatewayAdministration.ControlOf(host);

    /// <summary>Contains the first server, or a tool of it. Returns whether it is contained.</summary>
    /// <param name="tool">The tool; null for the server.</param>
    public async Task<bool> ContainAsync(string? tool)
    {
        var settings = host.Snapshots.Current.Settings;
        var request = new ControlRequest
        {
            Verb = "contain",
            Kind = tool is null ? "server" : "tool",
            Server = settings.Servers[0].Name,
            Value = tool,
            Reason = "incident",
            Force = true,
            AdminToken = issuer.Mint(Person, settings.AdministrationResource, static claims => claims["client_id"] = "console"),
        };
        return (await control.HandleAsync(request, new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId())).ConfigureAwait(false)).Ok;
    }
}
