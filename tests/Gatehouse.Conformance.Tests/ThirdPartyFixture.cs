using System.Globalization;
using System.Net.Sockets;
using Gatehouse.Testing;

namespace Gatehouse.Conformance.Tests;

/// <summary>Servers that nobody here wrote, behind a gateway that trusts a real provider.</summary>
public sealed class ThirdPartyFixture : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> parts = new();
    private DirectoryInfo? files;
    private GatewayProcess? gateway;

    public string Issuer { get; private set; } = "";

    public string Files => files!.FullName;

    internal GatewayProcess Gateway => gateway ?? throw new InvalidOperationException("no peers");

    public async ValueTask InitializeAsync()
    {
        if (!Peers.Present) return;
        try
        {
            await StartAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (parts.TryPop(out var part)) await part.DisposeAsync();
        files?.Delete(recursive: true);
    }

    /// <summary>A token of the provider for the server at the path.</summary>
    public Task<string> TokenAsync(string path, string client = "svc") => ServiceToken.FetchAsync(Issuer, Gateway.Resource(path), client);

    private async Task StartAsync()
    {
        files = Directory.CreateTempSubdirectory("gatehouse-files-");
        await File.WriteAllTextAsync(Path.Combine(files.FullName, "hello.txt"), "hello from a file");
        var everything = Keep(await Servers.EverythingAsync()).Address;
        var context = await Context7Async();
        var clients = Path.Combine(files.FullName, ".clients.json");
        await File.WriteAllTextAsync(clients,
            """[{"client_id":"other","client_secret":"other-secret","grant_types":["client_credentials"],"redirect_uris":[],"response_types":[]}]""");
        Issuer = Keep(await Servers.ProviderAsync(clients)).Address;
        gateway = await GatewayProcess.StartAsync(basis => basis with
        {
            Issuers = [Issuer],
            Anyone = true,
            Servers =
            [
                new("everything", "/everything") { Url = $"http://127.0.0.1:{everything}/mcp" },
                new("scoped", "/scoped") { Url = $"http://127.0.0.1:{everything}/mcp", Scopes = ["mcp:tools"] },
                new("everything-stdio", "/everything-stdio") { Command = Node("@modelcontextprotocol/server-everything/dist/index.js", "stdio") },
                new("filesystem", "/filesystem") { Command = Node("@modelcontextprotocol/server-filesystem/dist/index.js", files.FullName) },
                new("memory", "/memory") { Command = Node("@modelcontextprotocol/server-memory/dist/index.js") },
                new("context7", "/context7") { Url = $"http://127.0.0.1:{context}/mcp" },
                new("context7-stdio", "/context7-stdio") { Command = Node("@upstash/context7-mcp/dist/index.js") },
            ],
        });
        parts.Push(gateway);
    }

    private static string[] Node(string script, params string[] arguments) =>
        [Repository.Node, Repository.Peer("node_modules/" + script), .. arguments];

    // It prints its port in no form of ours, so the port itself is waited for.
    private async Task<string> Context7Async()
    {
        var port = LoopbackPorts.Next();
        var text = port.ToString(CultureInfo.InvariantCulture);
        parts.Push(await SilentProcess.StartAsync(
            Peers.Script("node_modules/@upstash/context7-mcp/dist/index.js", "--transport", "http", "--port", text), port));
        return text;
    }

    private HostedProcess Keep(HostedProcess process)
    {
        parts.Push(process);
        return process;
    }
}
