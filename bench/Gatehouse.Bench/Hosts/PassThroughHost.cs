using System.Net;
using Gatehouse.Bench.Load;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Bench.Hosts;

/// <summary>
/// The floor of a proxy in C#: Kestrel, one HttpMessageInvoker, small bodies buffered, a few headers, no check at all. With a record it is the
/// floor of the gateway: see <see cref="FloorRecord"/>.
/// </summary>
internal static class PassThroughHost
{
    private static readonly string[] Forwarded = ["Accept", "Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"];

    /// <summary>Relays until the process is ended.</summary>
    /// <param name="port">The port on loopback.</param>
    /// <param name="target">Address of the server.</param>
    /// <param name="record">Where calls are recorded; null for no record.</param>
    public static async Task RunAsync(int port, Uri target, FloorRecord? record = null)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        });
        await LeanKestrel.RunAsync(port, context => HttpMethods.IsPost(context.Request.Method)
            ? RelayAsync(context, invoker, target, record) : context.Response.WriteAsync(ProcessCounters.OfThisProcess())).ConfigureAwait(false);
    }

    private static async Task RelayAsync(HttpContext context, HttpMessageInvoker invoker, Uri target, FloorRecord? record)
    {
        var body = await BodyReader.ReadAsync(context).ConfigureAwait(false);
        var entry = record is null ? null : await record.BeginAsync(context, body).ConfigureAwait(false);
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var name in Forwarded)
        {
            if (context.Request.Headers.TryGetValue(name, out var value)) request.Headers.TryAddWithoutValidation(name, (string?)value);
        }

        using var response = await invoker.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = "application/json";
        if (response.Headers.NonValidated.TryGetValues("Mcp-Session-Id", out var session))
            context.Response.Headers["Mcp-Session-Id"] = session.ToString();
        var reply = await response.Content.ReadAsByteArrayAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentLength = reply.Length;
        await context.Response.Body.WriteAsync(reply, context.RequestAborted).ConfigureAwait(false);
        if (entry is not null) record!.End(entry, reply, context.Response.StatusCode);
    }
}
