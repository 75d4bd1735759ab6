using System.Text.Json.Nodes;
using Gatehouse.Fixture.Tools;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Http;

/// <summary>
/// What the modern era asks of a POST: a revision both sides know, the same in header and body; headers that mirror the
/// body; and what the client can, in every request. A message of the legacy era passes through.
/// </summary>
internal sealed class ModernGuard(ToolCatalogue tools)
{
    private readonly MirroredHeaders mirrored = new(tools);

    public static bool IsModern(HttpRequest request) =>
        request.Headers[McpHeaders.ProtocolVersion] is [var version] && ProtocolVersions.IsModern(version);

    public void Check(HttpRequest request, JsonRpcMessage message)
    {
        var declared = Text(Meta(message), MetaKeys.ProtocolVersion);
        CheckKnown(request, message, declared);
        CheckEnvelope(request, message, declared);
        if (!IsModern(request)) return;
        mirrored.Check(request, message);
        CheckCapabilities(message);
        CheckNotRemoved(message);
    }

    private static void CheckKnown(HttpRequest request, JsonRpcMessage message, string? declared)
    {
        var header = request.Headers[McpHeaders.ProtocolVersion];
        if (header is [] || header is [{ } version] && ProtocolVersions.All.Contains(version)) return;
        // A client that declares its revision in the body asks for the era without handshake: it hears of that one only,
        // as server/discover tells it too.
        var supported = declared is null ? ProtocolVersions.All : [ProtocolVersions.Modern];
        throw new RejectionException(
            StatusCodes.Status400BadRequest,
            $"The protocol version '{header}' is not supported.",
            McpErrorCode.UnsupportedProtocolVersion,
            message,
            new() { ["supported"] = new JsonArray([.. supported.Select(one => JsonValue.Create(one))]), ["requested"] = header.ToString() });
    }

    private static void CheckEnvelope(HttpRequest request, JsonRpcMessage message, string? declared)
    {
        if (!IsModern(request))
        {
            if (ProtocolVersions.IsModern(declared))
                throw Mismatch(message, $"The header {McpHeaders.ProtocolVersion} does not name the body's revision.");
            return;
        }

        // A notification need not declare: refused, a cancellation would be lost.
        if (declared is null && message is not JsonRpcRequest) return;
        if (declared is null) throw MissingMeta(message, MetaKeys.ProtocolVersion);
        if (declared != request.Headers[McpHeaders.ProtocolVersion])
            throw Mismatch(message, $"The header {McpHeaders.ProtocolVersion} and the body declare different revisions.");
    }

    private static void CheckCapabilities(JsonRpcMessage message)
    {
        if (message is JsonRpcRequest && Meta(message)?[MetaKeys.ClientCapabilities] is not JsonObject)
            throw MissingMeta(message, MetaKeys.ClientCapabilities);
    }

    private static void CheckNotRemoved(JsonRpcMessage message)
    {
        if (message is JsonRpcRequest
            {
                Method: RequestMethods.Initialize or RequestMethods.Ping or RequestMethods.LoggingSetLevel
                    or RequestMethods.ResourcesSubscribe or RequestMethods.ResourcesUnsubscribe,
            } removed)
        {
            throw new RejectionException(
                StatusCodes.Status404NotFound, $"This revision has no method '{removed.Method}'.", McpErrorCode.MethodNotFound, message);
        }
    }

    private static JsonObject? Meta(JsonRpcMessage message)
    {
        var parameters = message switch
        {
            JsonRpcRequest request => request.Params,
            JsonRpcNotification notification => notification.Params,
            _ => null,
        };
        return (parameters as JsonObject)?["_meta"] as JsonObject;
    }

    private static string? Text(JsonObject? meta, string key) =>
        meta?[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static RejectionException MissingMeta(JsonRpcMessage message, string key) =>
        new(StatusCodes.Status400BadRequest, $"The request must have '_meta/{key}'.", McpErrorCode.InvalidParams, message);

    private static RejectionException Mismatch(JsonRpcMessage message, string text) =>
        new(StatusCodes.Status400BadRequest, text, McpErrorCode.HeaderMismatch, message);
}
