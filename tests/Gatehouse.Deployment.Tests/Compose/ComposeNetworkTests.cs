using System.Net;
using System.Text.Json.Nodes;

namespace Gatehouse.Deployment.Tests.Compose;

/// <summary>
/// The networks of <c>deploy/compose.yaml</c>, rebuilt with network namespaces: a server is reached through the gateway and in no other way.
/// </summary>
/// <remarks>Threat: a server that clients reach directly has no policy, no approvals and no log in front of it (MCP09).</remarks>
[Trait("Requirement", "DE-01")]
public sealed class ComposeNetworkTests
{
    [Fact]
    public async Task Server_IsReachedThroughTheGatewayOnly()
    {
        Tools.Require("haproxy");
        await using var lab = await ComposeLab.BuildAsync(ComposeFile.Read());
        await lab.StartGatewayAsync(await lab.StartServersAsync());
        foreach (var server in (string[])["tickets", "files"])
        {
            var (status, text) = await lab.CallGatewayAsync(ComposeLab.Outsider, server);
            Assert.True(status == (int)HttpStatusCode.OK, text);
            Assert.Contains("through", text, StringComparison.Ordinal);
        }

        Assert.Equal(2, lab.Servers.Count);
        foreach (var server in lab.Servers)
        {
            foreach (var address in lab.AddressesOf(server))
            {
                foreach (var stranger in lab.Servers.Where(other => other != server).Append(ComposeLab.Outsider))
                    Assert.False(await lab.Host(stranger).ReachesAsync(address, ComposeLab.Port), $"{stranger} reaches {server}");
                Assert.True(await lab.Host("gateway").ReachesAsync(address, ComposeLab.Port));
            }

            // The server has no way out: not to clients, and not to the gateway's side of their network.
            var outer = lab.AddressesOf(ComposeLab.Outsider).Concat(lab.AddressesOf("gateway"));
            foreach (var outside in outer.Where(address => !IsBeside(lab, server, address)))
                Assert.False(await lab.Host(server).ReachesAsync(outside, 8080), $"{server} reaches {outside}");
        }
    }

    // Without it the test above would show nothing: its calls could fail for another reason.
    [Theory]
    [InlineData("tickets")]
    [InlineData("files-tls")]
    public async Task Server_ThatIsPutIntoTheNetworkOfClients_IsReachedDirectly(string server)
    {
        Tools.Require("haproxy");
        var changed = ComposeFile.Read();
        var networks = new JsonObject { ["edge"] = null };
        foreach (var network in changed.NetworksOf(server).Keys) networks[network] = null;
        changed.Document["services"]![server]!["networks"] = networks;
        await using var lab = await ComposeLab.BuildAsync(changed);
        await lab.StartServersAsync();
        var answers = new List<int>();
        foreach (var address in lab.AddressesOf(server))
        {
            if (!await lab.Host(ComposeLab.Outsider).ReachesAsync(address, ComposeLab.Port)) continue;
            var (status, text) = await lab.CallServerAsync(ComposeLab.Outsider, address);
            Assert.Contains("through", text, StringComparison.Ordinal);
            answers.Add(status);
        }

        Assert.Equal([(int)HttpStatusCode.OK], answers);
    }

    // Threat: a server that is taken over asks a service of the machine that listens on all addresses (CWE-668).
    [Fact]
    public async Task Server_ReachesNoServiceOfTheMachine()
    {
        await using var lab = await ComposeLab.BuildAsync(ComposeFile.Read());
        Assert.Equal([false, false], await ReachMachineAsync(lab));
    }

    // An engine gives the machine an address in an internal network, unless the network is isolated.
    [Fact]
    public async Task Server_InANetworkThatIsOnlyInternal_ReachesAServiceOfTheMachine()
    {
        var changed = ComposeFile.Read();
        foreach (var network in (string[])["tickets", "files"]) changed.Document["networks"]![network]!.AsObject().Remove("driver_opts");
        await using var lab = await ComposeLab.BuildAsync(changed);
        Assert.Equal([true, true], await ReachMachineAsync(lab));
    }

    private static async Task<List<bool>> ReachMachineAsync(ComposeLab lab)
    {
        using var service = lab.Machine.Listen(2222);
        List<bool> reached = [];
        foreach (var server in lab.Servers)
        {
            foreach (var address in lab.AddressesOf(server)) reached.Add(await lab.Host(server).ReachesAsync(ComposeLab.OfMachine(address), 2222));
        }

        return reached;
    }

    private static bool IsBeside(ComposeLab lab, string server, IPAddress address) =>
        lab.AddressesOf(server).Any(own => own.GetAddressBytes()[2] == address.GetAddressBytes()[2]);
}
