using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Fixture.Serving;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Http;

/// <summary>The MCP endpoint of both eras: what is checked before a message reaches a server, and which server it reaches.</summary>
internal sealed class McpEndpoint(
    RequestGuard guard, ModernGuard modernGuard, ModernEra modern, LegacyEra legacy, CancellationToken stopping)
{
    private static readonly JsonTypeInfo<JsonRpcMessage> Message =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    public async Task HandleAsync(HttpContext http)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            await DispatchAsync(http, ending.Token);
        }
        catch (RejectionException rejected) when (!http.Response.HasStarted)
        {
            await rejected.WriteAsync(http.Response);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client, the session or the whole fixture has ended. A cut stream must not look like a finished one.
            http.Abort();
        }
    }

    private Task DispatchAsync(HttpContext http, CancellationToken cancellation)
    {
        if (http.Request.Path != HttpFixture.Path) throw new RejectionException(StatusCodes.Status404NotFound, "There is nothing here.");
        guard.Check(http.Request);
        if (HttpMethods.IsPost(http.Request.Method)) return PostAsync(http, cancellation);
        if (ModernGuard.IsModern(http.Request)) throw NotAllowed(http, "POST");
        if (HttpMethods.IsGet(http.Request.Method)) return legacy.GetAsync(http, cancellation);
        if (HttpMethods.IsDelete(http.Request.Method)) return legacy.DeleteAsync(http);
        throw NotAllowed(http, "GET, POST, DELETE");
    }

    private async Task PostAsync(HttpContext http, CancellationToken cancellation)
    {
        RequestGuard.CheckAccepts(http.Request, "application/json", "text/event-stream");
        var message = await ReadAsync(http.Request, cancellation);
        modernGuard.Check(http.Request, message);
        message.Context = new()
        {
            ProtocolVersion = http.Request.Headers[McpHeaders.ProtocolVersion] is [{ Length: > 0 } version] ? version : null,
            Items = new Dictionary<string, object?> { [RequestItems.Headers] = Headers(http.Request) },
        };
        await (ModernGuard.IsModern(http.Request) ? modern.PostAsync(http, message, cancellation) : legacy.PostAsync(http, message, cancellation));
    }

    private static async Task<JsonRpcMessage> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, Message, cancellation) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new RejectionException(
                StatusCodes.Status400BadRequest, "The body is not one JSON-RPC message.", McpErrorCode.ParseError);
        }
    }

    private static List<KeyValuePair<string, string>> Headers(HttpRequest request) =>
        [.. request.Headers.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value ?? "")))];

    private static RejectionException NotAllowed(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return new(StatusCodes.Status405MethodNotAllowed, $"Allowed here: {allowed}.");
    }
}
