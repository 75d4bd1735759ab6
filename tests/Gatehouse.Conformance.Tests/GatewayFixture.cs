
namespace Gatehouse.Conformance.Tests;

/// <summary>
/// The gateway with a provider it trusts, in front of the fixture (over HTTP at /mcp, over stdio at /files) and of the
/// reference server (at /everything), and a way in for clients that cannot send a token. Empty where there are no peers.
/// </summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> parts = new();

    public string FixtureUrl { get; private set; } = "";

    public string EverythingUrl { get; private set; } = "";

    /// <summary>The same two, through the gateway and with a token.</summary>
    public string FixtureThrough { get; private set; } = "";

    public string FilesThrough { get; private set; } = "";

    public string EverythingThrough { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (!Peers.Present) return;
        try
        {
            await StartAsync();
        }
        catch
        {
            // Nobody else ends what has been started before the part that failed.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (parts.TryPop(out var part)) await part.DisposeAsync();
    }

    private async Task StartAsync()
    {
        FixtureUrl = Keep(await Servers.FixtureAsync()).Address;
        EverythingUrl = $"http://127.0.0.1:{Keep(await Servers.EverythingAsync()).Address}/mcp";
        var issuer = Keep(await Servers.ProviderAsync()).Address;
        var gateway = await GatewayProcess.StartAsync(basis => Configure(basis, issuer));
        parts.Push(gateway);
        FixtureThrough = await ThroughAsync(gateway, issuer, "/mcp");
        FilesThrough = await ThroughAsync(gateway, issuer, "/files");
        EverythingThrough = await ThroughAsync(gateway, issuer, "/everything");
    }

    private GatewayConfiguration Configure(GatewayConfiguration basis, string issuer) => basis with
    {
        Issuers = [issuer],
        Clients = ["svc"],
        Servers =
        [
            new("fixture", "/mcp") { Url = FixtureUrl },
            new("files", "/files") { Command = ["dotnet", Repository.FixtureDll, "stdio"] },
            new("everything", "/everything") { Url = EverythingUrl },
        ],
    };

    private async Task<string> ThroughAsync(GatewayProcess gateway, string issuer, string path)
    {
        var token = await ServiceToken.FetchAsync(issuer, gateway.Resource(path));
        var injector = Keep(await Servers.InjectorAsync(gateway.Resource(path), token));
        return $"{injector.Address}/mcp";
    }

    private HostedProcess Keep(HostedProcess process)
    {
        parts.Push(process);
        return process;
    }
}
