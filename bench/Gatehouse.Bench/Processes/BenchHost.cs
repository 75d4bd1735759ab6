using System.Globalization;

namespace Gatehouse.Bench.Processes;

/// <summary>Starts a server of the benchmark itself as a process of its own.</summary>
internal static class BenchHost
{
    /// <summary>
    /// Variables with the settings of the gateway's own runtime (Gatehouse.Cli.csproj). With others, two schedulers would be compared: pool threads
    /// that spin cost the pass-through a quarter of its processor time. Numbers of the garbage collector are hexadecimal.
    /// </summary>
    public static IReadOnlyDictionary<string, string> AsTheGateway { get; } = new Dictionary<string, string>
    {
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
        ["DOTNET_GCGen0MaxBudget"] = "800000",
        ["DOTNET_GCRegionSize"] = "100000",
        ["DOTNET_GCConserveMemory"] = "5",
    };

    /// <summary>Starts a role of this program and waits until it listens.</summary>
    /// <param name="place">Where the processes of the run have their files.</param>
    /// <param name="role">The role: <c>upstream</c> or <c>pass-through</c>.</param>
    /// <param name="more">What the role takes after its port.</param>
    public static Task<Server> StartAsync(Workplace place, string role, params string[] more) => StartAsync(place, role, more, null);

    /// <summary>Starts the pass-through in front of a server: the floor of a proxy in C#.</summary>
    /// <param name="place">Where the processes of the run have their files.</param>
    /// <param name="upstream">The server.</param>
    /// <param name="variables">Further variables of its runtime; null for none.</param>
    public static Task<Server> PassThroughAsync(Workplace place, Server upstream, IReadOnlyDictionary<string, string>? variables = null) =>
        StartAsync(place, "pass-through", [string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{upstream.Port}/mcp")], variables);

    private static async Task<Server> StartAsync(Workplace place, string role, string[] more, IReadOnlyDictionary<string, string>? variables)
    {
        var port = Ports.Free();
        var process = ChildProcess.Start(
            role, place.Directory, Workplace.Dotnet, [Workplace.Bench, role, port.ToString(CultureInfo.InvariantCulture), .. more],
            new Dictionary<string, string>(AsTheGateway.Concat(variables ?? new Dictionary<string, string>())));
        await Ports.OpenAsync(port, process).ConfigureAwait(false);
        return new Server(process, port);
    }
}
