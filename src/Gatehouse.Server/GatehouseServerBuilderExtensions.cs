using Gatehouse.Gateway.Hosting;
using Gatehouse.Server.RunTime;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Server;

/// <summary>Adds Gatehouse to a server that is written with the official C# SDK.</summary>
public static class GatehouseServerBuilderExtensions
{
    /// <summary>
    /// Puts the pipeline of Gatehouse in front of this server: authentication, validation of raw messages, policy, limits, inspection, the lock of
    /// definitions, and the audit log. It covers Streamable HTTP and stdio. No message reaches a tool except through it. Where that cannot
    /// be kept, the server does not start.
    /// </summary>
    /// <param name="builder">The builder of the SDK, with its transport: <c>WithHttpTransport</c> or <c>WithStdioServerTransport</c>.</param>
    /// <param name="configure">Names at least the configuration file, for a server with the transport of HTTP.</param>
    /// <returns>The same builder.</returns>
    /// <example>
    /// <code>
    /// builder.Services.AddMcpServer().WithHttpTransport().WithToolsFromAssembly()
    ///     .AddGatehouse(options => options.Configuration("gatehouse.yaml"));
    /// </code>
    /// </example>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">It was added before.</exception>
    /// <exception cref="GatehouseStartException">Thrown by the start of the host, when the configuration is faulty, or when the server has no transport
    /// that the library covers.</exception>
    public static IMcpServerBuilder AddGatehouse(this IMcpServerBuilder builder, Action<GatehouseOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        if (services.Any(static service => service.ServiceType == typeof(GatehouseOptions)))
            throw new InvalidOperationException("AddGatehouse was called twice for one server; keep one call");
        KestrelHost.RequireStrictLines(); // before any listener of the process begins
        var options = new GatehouseOptions();
        configure(options);
        services.AddSingleton(options);
        services.AddSingleton(new TransportsOfServer(services));
        services.AddSingleton<InProcessGateway>();
        services.AddSingleton<StdioGateway>();
        services.AddSingleton<GatehouseService>();
        services.AddSingleton<IStartupFilter, GatehouseStartupFilter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, McpEndpointPolicy>());
        // Before the SDK's own service, which begins to read the transport of stdio.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(static provider => provider.GetRequiredService<GatehouseService>()));
        if (services.Any(static service => service.ServiceType == typeof(ITransport)))
            services.Replace(ServiceDescriptor.Singleton<ITransport>(static provider => provider.GetRequiredService<StdioGateway>().Transport));
        services.AddOptions<McpServerOptions>().Configure<TransportsOfServer>(static (sdk, transports) => RequireGateway(sdk, transports));
        GuardRunningTools(services, options.RunTimeMode);
        return builder;
    }

    // Deny by default, also for an endpoint that routing does not know as that of the SDK: a filter around it hides what it is (CWE-288).
    private static void RequireGateway(McpServerOptions sdk, TransportsOfServer transports) =>
        sdk.Filters.Message.IncomingFilters.Insert(0, next => (message, cancellation) =>
            !transports.IsHttp || message.User is VerifiedCaller ? next(message, cancellation)
                : throw new InvalidOperationException("the message did not come through Gatehouse: this endpoint is not the one of servers in gatehouse.yaml"));

    /// <summary>Adds only the checks of running tools.</summary>
    internal static void GuardRunningTools(IServiceCollection services, RunTimeGuardMode mode)
    {
        services.AddSingleton(new RunTimeGuard(mode));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, ToolHttpFilter>());
        services.AddOptions<McpServerOptions>().Configure<RunTimeGuard>(
            static (options, guard) => options.Filters.Request.CallToolFilters.Add(guard.Around));
        if (mode != RunTimeGuardMode.Off) services.AddSingleton(new GuardedRegistrations(services));
    }
}
