using System.Net.ServerSentEvents;
using System.Text.Json;
using Gatehouse.Fixture.Serving;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>Revisions to 2025-11-25: a handshake opens a session, and streams of a session can be taken up again.</summary>
internal sealed class LegacyEra(McpServerOptions options, SessionTable sessions, ChangeHub changes)
{
    public Task PostAsync(HttpContext http, JsonRpcMessage message, CancellationToken cancellation)
    {
        var opens = message is JsonRpcRequest { Method: RequestMethods.Initialize } && !http.Request.Headers.ContainsKey(McpHeaders.SessionId);
        var session = opens ? sessions.Open(options, changes) : Find(http.Request, message);
        http.Response.Headers[McpHeaders.SessionId] = session.Id;
        return SseAnswer.WriteAsync(http, session.Transport, message, statusByError: false, cancellation);
    }

    public async Task GetAsync(HttpContext http, CancellationToken cancellation)
    {
        RequestGuard.CheckAccepts(http.Request, "text/event-stream");
        var session = Find(http.Request, null);
        if (http.Request.Headers[McpHeaders.LastEventId] is [{ Length: > 0 } last])
        {
            var reader = session.Events.Reader(last)
                ?? throw new RejectionException(StatusCodes.Status400BadRequest, "The last event id is none of this session.");
            await ReplayAsync(http.Response, reader, cancellation);
            return;
        }

        if (!session.TryTakeGet())
            throw new RejectionException(StatusCodes.Status409Conflict, "The session has its GET stream already; Last-Event-ID resumes it.");
        SseAnswer.Begin(http.Response);
        await session.Transport.HandleGetRequestAsync(http.Response.Body, cancellation);
    }

    public async Task DeleteAsync(HttpContext http)
    {
        await sessions.CloseAsync(Find(http.Request, null));
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private FixtureSession Find(HttpRequest request, JsonRpcMessage? message) => request.Headers[McpHeaders.SessionId] switch
    {
        [{ Length: > 0 } id] => sessions.Find(id)
            ?? throw new RejectionException(StatusCodes.Status404NotFound, "There is no such session.", request: message),
        _ => throw new RejectionException(StatusCodes.Status400BadRequest, $"The header {McpHeaders.SessionId} is missing.", request: message),
    };

    private static async Task ReplayAsync(HttpResponse response, ISseEventStreamReader reader, CancellationToken cancellation)
    {
        SseAnswer.Begin(response);
        await response.Body.FlushAsync(cancellation);
        await SseFormatter.WriteAsync(
            reader.ReadEventsAsync(cancellation),
            response.Body,
            (item, writer) =>
            {
                if (item.Data is null) return;
                using var json = new Utf8JsonWriter(writer);
                JsonSerializer.Serialize(json, item.Data, McpJsonUtilities.DefaultOptions);
            },
            cancellation);
    }
}
