using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Transport;

/// <summary>Runs the pipeline for one HTTP request to an MCP endpoint.</summary>
internal sealed class McpEndpoint(GatewayPipeline pipeline, SnapshotHolder snapshots, ISessions sessions, ByteBudget budget, TimeProvider time)
{
    /// <summary>Handles the request to its end.</summary>
    public async Task HandleAsync(HttpContext context, HttpRequestHead head)
    {
        var snapshot = snapshots.Current;
        using var source = new HttpMessageSource(context, budget, snapshot.Settings.Limits.BodyTimeout, time);
        var exchange = new Exchange(snapshot, head, head.Verb == "POST" ? source : null, time) { Intent = IntentOf(head.Verb) };
        var reply = new HttpReply(context, sessions, time);
        await using (reply.ConfigureAwait(false)) await pipeline.RunAsync(exchange, reply, context.RequestAborted).ConfigureAwait(false);
    }

    // MCP 2025-11-25, transports. Every other method is refused by accept.
    private static ExchangeIntent IntentOf(string? verb) => verb switch
    {
        "GET" => ExchangeIntent.Listen,
        "DELETE" => ExchangeIntent.EndSession,
        _ => ExchangeIntent.Message,
    };
}
