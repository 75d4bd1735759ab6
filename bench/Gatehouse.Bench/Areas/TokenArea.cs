using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>
/// The token endpoint of the gateway's authorization server: refresh tokens in chains, each spent once, in a store on the disk. Beside it another
/// authorization server with the same request, whose state is in memory.
/// </summary>
internal sealed class TokenArea(Workplace place, BenchOptions options)
{
    private const string Client = "bench";
    private const string Resource = "/mcp/bench";

    private static int Chains => Size.Of(64, 2);

    public async Task RunAsync(Report report)
    {
        var table = new Table(
            "Token endpoint, refresh tokens that are spent once", ["server", "requests/s", "to o", "p50 µs", "p99 µs", "CPU µs each", "errors"]);
        report.Add(table);
        if (place.Node is null || !Directory.Exists(Path.Combine(place.Root, "tests", "peers", "node_modules", "oidc-provider")))
        {
            table.Notes.Add("Not measured: Node and the peers are missing (eng/setup-peers.sh).");
            return;
        }

        List<TokenServer> servers = [];
        try
        {
            servers.Add(await OtherAsync().ConfigureAwait(false));
            servers.Add(await GatewayAsync("g", "Gatehouse, opaque tokens", "opaque").ConfigureAwait(false));
            servers.Add(await GatewayAsync("gj", "Gatehouse, signed tokens (ES256)", "jwt").ConfigureAwait(false));
            Judge(report, table, await MeasureAsync(servers).ConfigureAwait(false));
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private void Judge(Report report, Table table, List<(TokenServer Server, Cell Cell)> measured)
    {
        var other = measured[0].Cell;
        foreach (var (server, cell) in measured)
        {
            table.Add($"**{server.Key}** {server.Name}", Whole(cell.PerSecond), Ratio(cell.Against(other, r => r.PerSecond)), Whole(cell.P50),
                Whole(cell.P99), Whole(cell.Cpu), Whole(cell.Errors));
        }

        table.Notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{Chains} connections, each with the refresh token of the answer before; {options.Rounds} alternating rounds. The generator is on the same cores. "
                + $"Gatehouse writes each exchange to the disk before it answers. oidc-provider keeps its state in memory, and signs its access tokens (ES256)."));
        var mine = measured[1].Cell;
        report.Judge(
            "P22", "token endpoint: 2,000 exchanges a second on two cores, generator included", $"{Whole(mine.PerSecond)}/s", mine.PerSecond >= 2000,
            $"CPU µs each {Whole(mine.Cpu)}; {Ratio(mine.Against(other, r => r.PerSecond))} of oidc-provider");
    }

    private async Task<List<(TokenServer Server, Cell Cell)>> MeasureAsync(List<TokenServer> servers)
    {
        foreach (var server in servers)
            await RefreshChain.RunAsync(server.Chains, Size.Of(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(50))).ConfigureAwait(false);
        var rounds = servers.ToDictionary(server => server.Key, _ => new List<LoadResult>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var server in servers)
            {
                var before = server.Process.Usage.CpuMicroseconds;
                var result = await RefreshChain.RunAsync(server.Chains, options.Round * 2).ConfigureAwait(false);
                result.Cpu = (server.Process.Usage.CpuMicroseconds - before) / (double)Math.Max(1, result.Requests);
                rounds[server.Key].Add(result);
            }
        }

        return [.. servers.Select(server => (server, new Cell("refresh", Chains, server.Key, rounds[server.Key])))];
    }

    private async Task<TokenServer> OtherAsync()
    {
        var port = Ports.Free();
        var process = await StartProviderAsync("oidc-provider", port).ConfigureAwait(false);
        return await WithChainsAsync(new TokenServer("o", "oidc-provider, state in memory, signed tokens", process, []), port, "/auth", "/token",
            "cli", ("scope", "openid offline_access mcp:tools"), ("prompt", "consent"), ("resource", $"http://127.0.0.1:{port}{Resource}")).ConfigureAwait(false);
    }

    private async Task<TokenServer> GatewayAsync(string key, string name, string tokens)
    {
        var (folder, port, providerPort) = (place.NewDirectory(), Ports.Free(), Ports.Free());
        var provider = await StartProviderAsync("provider", providerPort, $"http://127.0.0.1:{port}/oauth/callback/corp").ConfigureAwait(false);
        var config = Path.Combine(folder, "gatehouse.yaml");
        await File.WriteAllTextAsync(config, Configuration(folder, port, providerPort, tokens)).ConfigureAwait(false);
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var process = ChildProcess.Start(name, folder, Workplace.Dotnet, place.Gatehouse, "serve", "--config", config);
        using (provider)
        {
            await Ports.OpenAsync(port, process).ConfigureAwait(false);
            return await WithChainsAsync(new TokenServer(key, name, process, []), port, "/oauth/authorize", "/oauth/token", Client,
                ("scope", "mcp:tools"), ("resource", $"http://127.0.0.1:{port}{Resource}")).ConfigureAwait(false);
        }
    }

    private static async Task<TokenServer> WithChainsAsync(
        TokenServer server, int port, string authorize, string token, string client, params (string Name, string Value)[] parameters)
    {
        try
        {
            return server with { Chains = await SignInAsync(port, authorize, token, client, parameters).ConfigureAwait(false) };
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static async Task<List<RefreshChain>> SignInAsync(
        int port, string authorize, string token, string client, (string Name, string Value)[] parameters)
    {
        List<RefreshChain> chains = [];
        using var browser = new ScriptedBrowser();
        var origin = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        for (var count = 0; count < Chains; count++)
        {
            var refresh = await browser.SignInAsync(origin, authorize, token, client, parameters).ConfigureAwait(false);
            chains.Add(new RefreshChain(port, token, client, refresh));
        }

        return chains;
    }

    // A provider at which the gateway is a client, or that is measured itself.
    private async Task<ChildProcess> StartProviderAsync(string name, int port, string? redirectUri = null)
    {
        var folder = place.NewDirectory();
        var clients = Path.Combine(folder, "clients.json");
        await File.WriteAllTextAsync(clients, redirectUri is null ? "[]" : $$"""
            [{"client_id":"gatehouse","token_endpoint_auth_method":"none","application_type":"native","grant_types":["authorization_code"],
              "response_types":["code"],"redirect_uris":["{{redirectUri}}"],"id_token_signed_response_alg":"ES256"}]
            """).ConfigureAwait(false);
        var process = ChildProcess.Start(name, folder, "env",
            string.Create(CultureInfo.InvariantCulture, $"PORT={port}"), $"CLIENTS_FILE={clients}", "NODE_ENV=production", place.Node!,
            Path.Combine(place.Root, "tests", "peers", "oidc-provider.mjs"));
        await Ports.OpenAsync(port, process).ConfigureAwait(false);
        return process;
    }

    private static string Configuration(string folder, int port, int providerPort, string tokens) => string.Create(CultureInfo.InvariantCulture, $$"""
        version: 1
        publicUrl: http://127.0.0.1:{{port}}
        state: {{folder}}/state
        listen: { url: "http://127.0.0.1:{{port}}" }
        authorizationServer:
          accessTokens: {{tokens}}
          providers: [{ name: corp, issuer: "http://127.0.0.1:{{providerPort}}", clientId: gatehouse }]
          clients: [{ id: {{Client}}, name: Bench, redirectUris: ["{{ScriptedBrowser.RedirectUri}}"], preApproved: true }]
        limits: { callerShare: 100 }
        servers:
          bench: { url: "http://127.0.0.1:9/mcp", scopes: [mcp:tools] }
        policy: [{ id: all, permit: { anyone: true } }]

        """);
}
