using System.Reflection;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;
using Gatehouse.Local;
using Gatehouse.Server.RunTime;
using Gatehouse.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Server;

/// <summary>
/// The gateway of a server on stdio. It reads the lines of the client before the SDK does, and passes on those that may pass. The caller is the
/// account that the process runs as.
/// </summary>
internal sealed class StdioGateway : IAsyncDisposable
{
    // Clients start a process each. Together they have at most so many folders of state.
    private const int MostProcesses = 64;

    private readonly GatehouseOptions options;
    private readonly IHostEnvironment environment;
    private readonly ILogger log;
    private readonly RunTimeGuard guard;
    private readonly InProcessChannel channel = new();
    private IDisposable? held;
    private GatewayCore? core;
    private StdioSession? session;
    private int disposed;

    public StdioGateway(GatehouseOptions options, IHostEnvironment environment, ILoggerFactory logs, RunTimeGuard guard)
    {
        this.options = options;
        this.guard = guard;
        this.environment = environment;
        log = logs.CreateLogger("Gatehouse");
        Transport = new StreamServerTransport(channel.ServerInput, channel.ServerOutput, loggerFactory: logs);
    }

    /// <summary>The transport of the SDK's server.</summary>
    public ITransport Transport { get; }

    /// <summary>Opens state and log, puts the configuration in force, and begins to read.</summary>
    /// <exception cref="GatehouseStartException">The configuration is faulty.</exception>
    /// <exception cref="IOException">State, log or store cannot be opened.</exception>
    public async Task StartAsync()
    {
        var name = Assembly.GetEntryAssembly()?.GetName().Name is { } entry && LocalHostSettings.IsName(entry) ? entry : "server";
        var places = Take(options.StateFolder is { } folder ? Path.GetFullPath(folder, environment.ContentRootPath) : DefaultState(name));
        var file = new LocalHostFile(places);
        var settings = file.Current.Gateway;
        var server = settings.Servers is [var first, ..] ? first : new ServerSettings { Name = name, Path = LocalHostSettings.PathOf(name) };
        server = server with { Stdio = server.Stdio ?? new StdioUpstreamSettings { Command = [] } };
        var services = await GatewayServices.OpenAsync(settings, new GatewayHostOptions
        {
            Log = log,
            Configuration = file.First,
            Reload = file.Reload,
            IsPersonal = true,
            ApprovalRemedy = "a server on stdio has no approval in this build: 'lock: { firstUse: off }' in its configuration shows what it has now",
        }).ConfigureAwait(false);
        try
        {
            core = await GatewayCore.StartAsync(services, new LocalAccountAuthentication()).ConfigureAwait(false);
        }
        catch
        {
            await services.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await core.RecordStartAsync().ConfigureAwait(false);
        core.Note("start", ("version", typeof(StdioGateway).Assembly.GetName().Version?.ToString(3) ?? ""));
        var (input, output) = options.ConnectionStreams ?? (Console.OpenStandardInput(), Console.OpenStandardOutput());
        session = new StdioSession(core, server, channel, input, output);
        guard.RecordOf = RunTimeRecord.Of(core, server.Name, session.PartyOf);
        session.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        if (session is not null) await session.DisposeAsync().ConfigureAwait(false);
        if (core is not null) await core.DisposeAsync().ConfigureAwait(false);
        await channel.DisposeAsync().ConfigureAwait(false);
        held?.Dispose();
    }

    // Each process that runs at the same time has a folder of its own: a log and a store have one writer.
    private RuntimePaths Take(string folder)
    {
        RuntimePaths.MakePrivate(folder);
        var configuration = options.ConfigurationFile(environment.ContentRootPath) ?? Path.Join(folder, "gatehouse.yaml");
        for (var number = 0; number < MostProcesses; number++)
        {
            var state = Path.Join(folder, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            RuntimePaths.MakePrivate(state);
            var places = new RuntimePaths(state, state, configuration);
            if (FileLock.TryTake(places.RunLock) is not { } taken) continue;
            held = taken;
            return places;
        }

        throw new GatehouseStartException($"{MostProcesses} processes of this server use the folder {folder}: end some of them");
    }

    private static string DefaultState(string name) =>
        Path.Join(Path.GetDirectoryName(RuntimePaths.Of(Environment.GetEnvironmentVariable).State), "servers", name);
}
