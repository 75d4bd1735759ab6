using System.Net;
using Gatehouse.Deployment.Tests.Networks;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.Deployment.Tests.Compose;

/// <summary>
/// The networks of a Compose file in network namespaces, with the gateway, two servers that speak TLS by the proxy of the file, and an outsider in
/// the network of the clients.
/// </summary>
internal sealed class ComposeLab : IAsyncDisposable
{
    public const string Outsider = "outsider";
    public const int Port = 8443;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-compose-");
    private readonly Dictionary<string, NetworkNamespace> hosts = [];
    private readonly Dictionary<(string Host, string Network), IPAddress> addresses = [];
    private readonly List<IAsyncDisposable> running = [];
    private readonly NetworkLab lab;
    private readonly ComposeFile file;
    private OutsideIssuer? issuer;

    private ComposeLab(NetworkLab lab, ComposeFile file) => (this.lab, this.file) = (lab, file);

    /// <summary>The hosts of the servers: the services that have a network of their own and are not the gateway.</summary>
    public IReadOnlyList<string> Servers => [.. hosts.Keys.Where(static name => name is not ("gateway" or Outsider))];

    /// <summary>Builds the networks as the file has them.</summary>
    public static async Task<ComposeLab> BuildAsync(ComposeFile file)
    {
        var lab = new ComposeLab(await NetworkLab.CreateAsync(), file);
        try
        {
            await lab.BuildAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>The host of a name.</summary>
    public NetworkNamespace Host(string name) => hosts[name];

    /// <summary>The machine that has the networks.</summary>
    public NetworkNamespace Machine => lab.Machine;

    /// <summary>The address that the machine has in the network of an address, where it has one.</summary>
    public static IPAddress OfMachine(IPAddress beside) => new([.. beside.GetAddressBytes()[..3], 1]);

    /// <summary>The addresses of a host, in all of its networks.</summary>
    public IReadOnlyList<IPAddress> AddressesOf(string host) => [.. addresses.Where(one => one.Key.Host == host).Select(static one => one.Value)];

    /// <summary>Starts the servers, each an MCP server on loopback behind the proxy of the file.</summary>
    /// <returns>The pin of each server's certificate.</returns>
    public async Task<IReadOnlyDictionary<string, string>> StartServersAsync()
    {
        var pins = new Dictionary<string, string>();
        foreach (var name in Servers)
        {
            var certificate = new TestCertificate(name);
            pins.Add(name, certificate.Pin);
            var place = folder.CreateSubdirectory(name).FullName;
            await File.WriteAllTextAsync(Path.Join(place, "tls.pem"), certificate.Certificate);
            await File.WriteAllTextAsync(Path.Join(place, "tls.pem.key"), certificate.Key);
            var proxy = await File.ReadAllTextAsync(Path.Join(ComposeFile.Folder, "files-tls.cfg"));
            await File.WriteAllTextAsync(Path.Join(place, "haproxy.cfg"), Changed(proxy, "/run/secrets", place));
            running.Add(await HostedProcess.StartAsync(Host(name).Plan(
                ProcessPlan.Dotnet(Repository.FixtureDll, ["http", "--port", "8000", .. name == "tickets" ? CredentialOfTickets : []]))));
            running.Add(await SilentProcess.StartAsync(Host(name).Plan(new ProcessPlan("haproxy", ["-db", "-f", Path.Join(place, "haproxy.cfg")])),
                () => Host(name).ReachesAsync(IPAddress.Loopback, Port), $"the proxy of {name} listens"));
        }

        return pins;
    }

    /// <summary>Starts the gateway with <c>deploy/gatehouse.yaml</c>, in which only places, pins and the issuer are those of this machine.</summary>
    public async Task StartGatewayAsync(IReadOnlyDictionary<string, string> pins)
    {
        // On loopback of the gateway: its sockets are opened on a thread of that host.
        issuer = hosts["gateway"].Run(static () => OutsideIssuer.StartAsync().GetAwaiter().GetResult());
        var certificate = new TestCertificate("mcp.example.com");
        var place = folder.CreateSubdirectory("gateway").FullName;
        Write(Path.Join(place, "gatehouse.crt"), certificate.Certificate);
        Write(Path.Join(place, "gatehouse.key"), certificate.Key);
        Write(Path.Join(place, "tickets-token"), Token);
        var text = await File.ReadAllTextAsync(Path.Join(ComposeFile.Folder, "gatehouse.yaml"));
        text = Changed(text, "/run/secrets", place);
        text = Changed(text, "/var/lib/gatehouse/state", Path.Join(place, "state"));
        text = Changed(text, "https://login.example.com", issuer.Origin);
        // The server of the tests takes no name of a host but loopback.
        text = Changed(text, "tickets: { ", "tickets: { host: \"127.0.0.1:8000\", ");
        var lines = text.Split('\n');
        foreach (var (server, pin) in pins)
        {
            var name = server == "files-tls" ? "files" : server;
            var at = Array.FindIndex(lines, line => line.StartsWith($"  {name}:", StringComparison.Ordinal));
            lines[at] = Changed(lines[at], "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", pin);
        }

        Write(Path.Join(place, "gatehouse.yaml"), string.Join('\n', lines));
        running.Add(await HostedProcess.StartAsync(hosts["gateway"].Plan(
            ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--config", Path.Join(place, "gatehouse.yaml")))));
    }

    /// <summary>A token of a person of the staff for a server of the gateway.</summary>
    public string TokenFor(string server) => issuer!.Mint($"https://mcp.example.com/mcp/{server}",
        static claims => claims["groups"] = new System.Text.Json.Nodes.JsonArray("staff"));

    /// <summary>Calls a server through the gateway, from a host.</summary>
    public async Task<(int Status, string Text)> CallGatewayAsync(string from, string server)
    {
        using var client = Host(from).Client(addresses[("gateway", "edge")], 8080);
        return await McpCalls.EchoAsync(client, $"https://mcp.example.com/mcp/{server}", TokenFor(server));
    }

    /// <summary>Calls a server itself, from a host, with the credential that the gateway has.</summary>
    public async Task<(int Status, string Text)> CallServerAsync(string from, IPAddress address)
    {
        using var client = Host(from).Client(address, Port);
        return await McpCalls.EchoAsync(client, "https://server/mcp", Token, "127.0.0.1:8000");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(running)) await one.DisposeAsync();
        if (issuer is not null) await issuer.DisposeAsync();
        await lab.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private const string Token = "the-credential-of-the-gateway";

    private static IReadOnlyList<string> CredentialOfTickets => ["--require-header", $"Authorization=Bearer {Token}"];

    private async Task BuildAsync()
    {
        foreach (var (name, isInner) in file.Networks) await lab.AddNetworkAsync(name, isInner, hasMachine: !file.IsIsolated(name));
        var names = new List<(string Name, string Host, string Network)>();
        foreach (var service in file.Services.Keys.Where(service => file.HostOf(service) == service))
        {
            hosts.Add(service, await lab.AddHostAsync(service));
            foreach (var (network, ownNames) in file.NetworksOf(service))
            {
                addresses.Add((service, network), await lab.ConnectAsync(service, network));
                names.AddRange(ownNames.Select(name => (name, service, network)));
            }
        }

        // Names are known within a network.
        foreach (var host in hosts.Keys)
        {
            lab.SetNames(host, names.Where(name => addresses.ContainsKey((host, name.Network)))
                .Select(name => (name.Name, addresses[(name.Host, name.Network)])));
        }

        hosts.Add(Outsider, await lab.AddHostAsync(Outsider));
        await lab.ConnectAsync(Outsider, "edge");
    }

    private static string Changed(string text, string from, string to)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        return text.Replace(from, to, StringComparison.Ordinal);
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
