using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>Revision 2026-07-28 and later: every POST has a server of its own, and nothing is kept after it.</summary>
internal sealed class ModernEra(McpServerOptions options)
{
    public async Task PostAsync(HttpContext http, JsonRpcMessage message, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var transport = new StreamableHttpServerTransport { Stateless = true };
        await using var server = McpServer.Create(transport, options);
        var running = server.RunAsync(ending.Token);
        try
        {
            await SseAnswer.WriteAsync(http, transport, message, statusByError: true, cancellation);
        }
        finally
        {
            // A notification is only queued by now; its handling is not waited for, as nothing is answered to it.
            await ending.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
