using Gatehouse.Testing;

namespace Gatehouse.Browser.Tests.SignIn;

/// <summary>
/// The gateway as a process, in front of one server, with an authorization server of its own and a real provider that has neither registration
/// nor resource indicators. Nothing else is known to a client than the server's address at the gateway.
/// </summary>
public sealed class SignInSite : IAsyncLifetime
{
    private const string Path = "/mcp/notes";
    private readonly Stack<IAsyncDisposable> parts = new();
    private DirectoryInfo? folder;
    private GatewayProcess? gateway;
    private RecordingUpstream? server;

    /// <summary>What a person gives to a client.</summary>
    public string Url => Gateway.Resource(Path);

    internal GatewayProcess Gateway => gateway ?? throw new InvalidOperationException("no peers");

    internal RecordingUpstream Server => server ?? throw new InvalidOperationException("no peers");

    public async ValueTask InitializeAsync()
    {
        if (!Peers.Present || Chromium.Program is null) return;
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
        folder?.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("gatehouse-sign-in-");
        var secret = await WriteAsync("secret", "corp-secret-of-the-gateway");
        // As a native application, so that the port of the gateway may be a free one.
        var clients = await WriteAsync("clients.json", """
            [{"client_id":"gatehouse","client_secret":"corp-secret-of-the-gateway","application_type":"native","response_types":["code"],
              "grant_types":["authorization_code","refresh_token"],"redirect_uris":["http://127.0.0.1/oauth/callback/corp"]}]
            """);
        var provider = await HostedAsync(Servers.PlainProviderAsync(clients));
        server = await RecordingUpstream.StartAsync();
        parts.Push(server);
        foreach (var (method, member) in new[] { ("prompts", "prompts"), ("resources", "resources"), ("resources/templates", "resourceTemplates") })
            server.OnResult(method + "/list", $$"""{"resultType":"complete","{{member}}":[],"ttlMs":0,"cacheScope":"public"}""");
        server.OnResult("logging/setLevel", "{}");
        gateway = await GatewayProcess.StartAsync(basis => basis with
        {
            Anyone = true,
            SignIn = new SignInAtProvider("corp", provider.Address, "gatehouse", secret),
            Servers = [new GatewayServer("notes", Path) { Url = server.Url.ToString(), Scopes = ["mcp:tools"] }],
        });
        parts.Push(gateway);
    }

    private async Task<HostedProcess> HostedAsync(Task<HostedProcess> starting)
    {
        var process = await starting;
        parts.Push(process);
        return process;
    }

    private async Task<string> WriteAsync(string name, string content)
    {
        var file = System.IO.Path.Join(folder!.FullName, name);
        await File.WriteAllTextAsync(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }
}
