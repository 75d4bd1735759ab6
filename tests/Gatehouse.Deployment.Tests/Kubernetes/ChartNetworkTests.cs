using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Deployment.Tests.Networks;
using k8s.Models;

namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>
/// The rendered NetworkPolicies in network namespaces, one for each pod: connections are opened, and pass or do not.
/// </summary>
/// <remarks>
/// Threat: a server that other pods reach directly has no policy and no log in front of it (MCP09), and one that reaches out leaks.
/// </remarks>
[Trait("Requirement", "DE-01")]
public sealed class ChartNetworkTests
{
    private const string Gateway = "gateway", Tickets = "tickets", Files = "files", Stranger = "stranger", Client = "client", Dns = "dns",
        Provider = "provider", Partner = "partner";

    // From, to, port.
    private static readonly (string From, string To, int Port)[] Permitted =
    [
        (Client, Gateway, 8080), (Stranger, Gateway, 8080), (Partner, Gateway, 8080), (Gateway, Tickets, 8443), (Gateway, Files, 8443),
        (Gateway, Dns, 53), (Gateway, Provider, 443), (Tickets, Partner, 443), (Tickets, Dns, 53), (Client, Partner, 443),
    ];

    private static readonly (string From, string To, int Port)[] Refused =
    [
        // Outsiders to servers.
        (Client, Tickets, 8443), (Stranger, Tickets, 8443), (Partner, Tickets, 8443), (Provider, Files, 8443), (Dns, Files, 8443),
        (Tickets, Files, 8443), (Files, Tickets, 8443), // servers to servers
        (Tickets, Provider, 443), (Files, Provider, 443), (Files, Partner, 443), (Files, Dns, 53), // servers to the outside
        (Tickets, Gateway, 8080), (Files, Gateway, 8080), // servers have no reason to call the gateway
        (Gateway, Partner, 443), (Gateway, Client, 8080), (Gateway, Provider, 8080), (Gateway, Tickets, 8080), (Client, Gateway, 8443),
    ];

    [Fact]
    public async Task OnlyTheLinksOfTheChart_Pass()
    {
        await using var lab = await ClusterAsync(withPolicies: true);
        Assert.Equal(Permitted.Select(static link => (link, true)).Concat(Refused.Select(static link => (link, false))),
            await TryAsync(lab, [.. Permitted, .. Refused]));
    }

    // Without it the test above would show nothing: its connections could fail for another reason.
    [Fact]
    public async Task WithoutThePolicies_EveryLinkPasses()
    {
        await using var lab = await ClusterAsync(withPolicies: false);
        Assert.All(await TryAsync(lab, [.. Permitted, .. Refused]), static result => Assert.True(result.Passed, $"{result.Link}"));
    }

    private static async Task<List<((string From, string To, int Port) Link, bool Passed)>> TryAsync(
        Cluster lab, IEnumerable<(string From, string To, int Port)> links)
    {
        List<((string, string, int), bool)> results = [];
        foreach (var link in links) results.Add((link, await lab.Hosts[link.From].ReachesAsync(lab.Addresses[link.To], link.Port)));
        return results;
    }

    private static async Task<Cluster> ClusterAsync(bool withPolicies)
    {
        Tools.RequireHelm();
        Tools.Require("iptables-restore");
        var cluster = new Cluster(await NetworkLab.CreateAsync());
        try
        {
            await cluster.Lab.AddNetworkAsync("pods", isInner: true);
            foreach (var name in (string[])[Gateway, Tickets, Files, Stranger, Client, Dns, Provider, Partner])
            {
                cluster.Hosts.Add(name, await cluster.Lab.AddHostAsync(name));
                cluster.Addresses.Add(name, await cluster.Lab.ConnectAsync(name, "pods"));
                cluster.Listeners.AddRange(((int[])[53, 443, 8080, 8443]).Select(port => cluster.Hosts[name].Listen(port)));
            }

            if (withPolicies) await FilterAsync(cluster);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task FilterAsync(Cluster cluster)
    {
        using var chart = new Chart();
        var objects = await chart.RenderAsync(Chart.TwoServers
            .Replace("198.51.100.7/32", $"{cluster.Addresses[Provider]}/32", StringComparison.Ordinal)
            .Replace("203.0.113.0/24", $"{cluster.Addresses[Partner]}/32", StringComparison.Ordinal));
        PodInLab[] pods =
        [
            Pod(Gateway, Chart.Namespace, LabelsOf(objects["StatefulSet/mcp-gatehouse"])),
            Pod(Tickets, Chart.Namespace, LabelsOf(objects["Deployment/mcp-gatehouse-tickets"])),
            Pod(Files, Chart.Namespace, LabelsOf(objects["Deployment/mcp-gatehouse-files"])),
            Pod(Stranger, Chart.Namespace, new Dictionary<string, string> { ["app"] = "stranger" }),
            Pod(Client, "elsewhere", new Dictionary<string, string> { ["app.kubernetes.io/component"] = "gateway" }),
            Pod(Dns, "kube-system", new Dictionary<string, string> { ["k8s-app"] = "kube-dns" }),
            Pod(Provider, null, new Dictionary<string, string>()),
            Pod(Partner, null, new Dictionary<string, string>()),
        ];
        var policies = objects.Values.Where(static one => one["kind"]!.GetValue<string>() == "NetworkPolicy")
            .Select(static one => one.Deserialize<V1NetworkPolicy>()!).ToList();
        var rules = new PolicyRules(policies, pods);
        foreach (var pod in pods) await cluster.Lab.FilterAsync(pod.Name, rules.For(pod));

        PodInLab Pod(string name, string? space, IReadOnlyDictionary<string, string> labels) => new(name, space, labels, cluster.Addresses[name]);
    }

    private static Dictionary<string, string> LabelsOf(JsonNode owner) => owner["spec"]!["template"]!["metadata"]!["labels"]!.AsObject()
        .ToDictionary(static label => label.Key, static label => label.Value!.GetValue<string>());

    private sealed class Cluster(NetworkLab lab) : IAsyncDisposable
    {
        public NetworkLab Lab => lab;

        public Dictionary<string, NetworkNamespace> Hosts { get; } = [];

        public Dictionary<string, IPAddress> Addresses { get; } = [];

        public List<Socket> Listeners { get; } = [];

        public async ValueTask DisposeAsync()
        {
            Listeners.ForEach(static listener => listener.Dispose());
            await lab.DisposeAsync();
        }
    }
}
