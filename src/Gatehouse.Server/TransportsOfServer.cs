using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Server;

/// <summary>The transports that a server was given, read when its host starts.</summary>
internal sealed class TransportsOfServer(IServiceCollection services)
{
    /// <summary>True for <c>WithHttpTransport</c>.</summary>
    public bool IsHttp => services.Any(static service => service.ServiceType.Assembly == typeof(HttpServerTransportOptions).Assembly);

    /// <summary>True for <c>WithStdioServerTransport</c>, and every other transport of one client.</summary>
    public bool IsStdio => services.Any(static service => service.ServiceType == typeof(ITransport));
}
