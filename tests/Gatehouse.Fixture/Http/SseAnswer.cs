using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>Lets a transport write its answer into an HTTP response.</summary>
internal static class SseAnswer
{
    public static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        response.HttpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    public static async Task WriteAsync(
        HttpContext http, StreamableHttpServerTransport transport, JsonRpcMessage message, bool statusByError, CancellationToken cancellation)
    {
        Begin(http.Response);
        Func<JsonRpcMessage?, ValueTask>? starting = statusByError ? first => SetStatus(http.Response, first) : null;
        if (await transport.HandlePostRequestAsync(message, http.Response.Body, starting, cancellation)) return;
        http.Response.ContentType = null;
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>An error that comes first can still decide the status of the answer.</summary>
    private static ValueTask SetStatus(HttpResponse response, JsonRpcMessage? first)
    {
        if (first is JsonRpcError { Error.Code: var code } && !response.HasStarted)
        {
            response.StatusCode = (McpErrorCode)code switch
            {
                McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
                McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion =>
                    StatusCodes.Status400BadRequest,
                _ => response.StatusCode,
            };
        }

        return ValueTask.CompletedTask;
    }
}
