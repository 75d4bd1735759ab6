using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Gatehouse.Server;

/// <summary>Puts the gateway before everything else that the server does with a request.</summary>
internal sealed class GatehouseStartupFilter(InProcessGateway gateway) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(gateway.Around);
        next(app);
    };
}
