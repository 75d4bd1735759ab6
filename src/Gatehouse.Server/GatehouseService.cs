using Gatehouse.Diagnostics;
using Gatehouse.Server.RunTime;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Server;

/// <summary>
/// Starts the gateway of the library before the server listens, checks that no way leads around it, and ends it last. Threat: a server that was
/// thought to be guarded serves without its guard (CWE-636). Every doubt ends the start.
/// </summary>
internal sealed class GatehouseService(IServiceProvider services, TransportsOfServer transports, RunTimeGuard guard, ILoggerFactory logs)
    : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (transports.IsHttp == transports.IsStdio)
        {
            throw new GatehouseStartException(transports.IsHttp
                ? "the server has two transports, and the library covers one: keep WithHttpTransport or WithStdioServerTransport"
                : "the server has no transport that the library covers: call WithHttpTransport or WithStdioServerTransport before AddGatehouse");
        }

        RequireGuardedDatabases();
        try
        {
            if (transports.IsHttp) await services.GetRequiredService<InProcessGateway>().StartAsync().ConfigureAwait(false);
            else await StartStdioAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or KeyRingException or StoreException)
        {
            throw new GatehouseStartException(e.Message, e);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The routes exist once the server of HTTP has started.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (transports.IsHttp)
        {
            services.GetRequiredService<InProcessGateway>().RequireCovered(
                services.GetServices<EndpointDataSource>().SelectMany(static source => source.Endpoints));
        }

        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (transports.IsHttp) await services.GetRequiredService<InProcessGateway>().DrainAsync().ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (transports.IsHttp) await services.GetRequiredService<InProcessGateway>().DisposeAsync().ConfigureAwait(false);
        else await services.GetRequiredService<StdioGateway>().DisposeAsync().ConfigureAwait(false);
    }

    private void RequireGuardedDatabases()
    {
        if (services.GetService<GuardedRegistrations>() is not { } registrations) return;
        var faults = registrations.Faults().ToList();
        if (faults.Count > 0 && guard.Blocks) throw new GatehouseStartException(string.Join(Environment.NewLine, faults));
        foreach (var fault in faults) logs.CreateLogger("Gatehouse").Write(OperatorEvents.ConfigurationWarning, LogValue.Configured(fault));
    }

    private async Task StartStdioAsync()
    {
        var gateway = services.GetRequiredService<StdioGateway>();
        if (services.GetService<ITransport>() != gateway.Transport)
            throw new GatehouseStartException("the transport was added after AddGatehouse, so the SDK would read lines that nothing validated: "
                + "call AddGatehouse after WithStdioServerTransport");
        await gateway.StartAsync().ConfigureAwait(false);
    }
}
