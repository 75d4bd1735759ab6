using System.Globalization;

namespace Gatehouse.Bench.Processes;

/// <summary>Starts a server of the benchmark itself as a process of its own.</summary>
internal static class BenchHost
{
    /// <summary>
    /// Returns the beginning of a command line that runs an assembly with the settings of the gateway's own runtime. With others, two schedulers and
    /// two sizes of memory would be compared: pool threads that spin cost the pass-through a quarter of its processor time.
    /// </summary>
    /// <param name="root">The checkout of the gateway.</param>
    public static string[] AsTheGateway(string root) =>
        ["exec", "--runtimeconfig", Path.ChangeExtension(Workplace.GatehouseOf(root), ".runtimeconfig.json")];

    /// <summary>Starts a role of this program and waits until it listens.</summary>
    /// <param name="place">Where the processes of the run have their files.</param>
    /// <param name="role">The role: an argument of <see cref="Program"/>.</param>
    /// <param name="more">What the role takes after its port.</param>
    public static Task<Server> StartAsync(Workplace place, string role, params string[] more) => StartAsync(place, role, more, null);

    /// <summary>Starts the pass-through in front of a server: the floor of a proxy in C#.</summary>
    /// <param name="place">Where the processes of the run have their files.</param>
    /// <param name="upstream">The server.</param>
    /// <param name="variables">Further variables of its runtime; null for none.</param>
    public static Task<Server> PassThroughAsync(Workplace place, Server upstream, IReadOnlyDictionary<string, string>? variables = null) =>
        StartAsync(place, "pass-through", [Address(upstream)], variables);

    /// <summary>Starts the pass-through with the audit log of the gateway: the floor of the gateway.</summary>
    /// <param name="place">Where the processes of the run have their files.</param>
    /// <param name="upstream">The server.</param>
    public static Task<Server> FloorAsync(Workplace place, Server upstream) => StartAsync(place, "floor", Address(upstream), place.NewDirectory());

    /// <summary>Returns the address of the MCP endpoint of a server.</summary>
    public static string Address(Server upstream) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{upstream.Port}/mcp");

    private static async Task<Server> StartAsync(Workplace place, string role, string[] more, IReadOnlyDictionary<string, string>? variables)
    {
        var port = Ports.Free();
        var process = ChildProcess.Start(
            role, place.Directory, Workplace.Dotnet,
            [.. AsTheGateway(place.Root), Workplace.Bench, role, port.ToString(CultureInfo.InvariantCulture), .. more], variables);
        await Ports.OpenAsync(port, process).ConfigureAwait(false);
        return new Server(process, port);
    }
}
