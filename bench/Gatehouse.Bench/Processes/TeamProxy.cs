using Gatehouse.Bench.Areas;
using Gatehouse.Bench.Hosts;
using Gatehouse.Bench.Load;

namespace Gatehouse.Bench.Processes;

/// <summary>A process of <see cref="TeamProxyHost"/> and a token for it.</summary>
internal sealed class TeamProxy : IDisposable
{
    private readonly Server server;
    private readonly string token;

    private TeamProxy(Server server, string token) => (this.server, this.token) = (server, token);

    /// <summary>Starts the process and waits until it listens.</summary>
    /// <param name="place">Where the processes of the run have their files.</param>
    /// <param name="upstream">The server behind it.</param>
    /// <param name="remembersTokens">True to verify each token once.</param>
    public static async Task<TeamProxy> StartAsync(Workplace place, Server upstream, bool remembersTokens)
    {
        var key = Path.Combine(place.NewDirectory(), "issuer.pem");
        var token = TeamProxyHost.Issue(key);
        var server = await BenchHost.StartAsync(place, "team-proxy", BenchHost.Address(upstream), key, remembersTokens ? "remembered" : "verified")
            .ConfigureAwait(false);
        return new TeamProxy(server, token);
    }

    /// <summary>Returns it as a way to reach the server.</summary>
    public Variant Variant(string key, string name) => new(key, name, server.Process, tool => Target.Modern(server.Port, "/mcp", tool, token));

    public void Dispose() => server.Dispose();
}
