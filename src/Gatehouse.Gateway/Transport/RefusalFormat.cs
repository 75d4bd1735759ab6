using System.Buffers;
using System.Text.Json;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Gateway.Transport;

/// <summary>A refusal as status and JSON-RPC error (design rule 4).</summary>
public static class RefusalFormat
{
    /// <summary>
    /// Returns the HTTP status. A refusal that is answered as a JSON-RPC error with 200 needs a request to answer: for a notification or a stream the
    /// refusal is the status (T06).
    /// </summary>
    public static int Status(Exchange exchange, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(refusal);
        if (refusal.Continuation is not null) return 200;
        var status = refusal.Reason.Status(exchange.IsModern);
        if (status != 200 || exchange.Message is { Kind: MessageKind.Request }) return status;
        return exchange.Message is null ? 404 : 400;
    }

    /// <summary>Returns the time after which trying again can help, or null when it cannot.</summary>
    public static TimeSpan? RetryAfter(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.RetryAfter ?? (refusal.Reason.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>
    /// Returns the JSON-RPC error, the result in place of it, or the answer that was made already. Its id is left out where none was read.
    /// </summary>
    public static ReadOnlyMemory<byte> Body(Exchange exchange, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.OwnAnswer is { } made) return made;
        return Body(exchange, refusal, exchange.Message is { Kind: MessageKind.Request } message ? message.Id : default);
    }

    /// <summary>Returns the JSON-RPC error for a client that recognizes the answered request only by the id.</summary>
    internal static ReadOnlyMemory<byte> Body(Exchange exchange, Refusal refusal, JsonRpcId id)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var buffer = new ArrayBufferWriter<byte>(256);
        if (refusal.Continuation is { } state)
        {
            var questions = refusal.Inputs;
            JsonRpcWriter.WriteResult(buffer, id,
            [
                .. "{\"resultType\":\"input_required\","u8, .. questions.IsEmpty ? [] : "\"inputRequests\":"u8, .. questions.Span, .. questions.IsEmpty ? [] : ","u8,
                .. "\"requestState\":"u8, .. JsonText.Encode(state), (byte)'}',
            ]);
            return buffer.WrittenMemory;
        }

        if (refusal.IsToolResult)
        {
            JsonRpcWriter.WriteResult(buffer, id, ToolResult(exchange, refusal));
            return buffer.WrittenMemory;
        }

        var visit = ShowsPages(exchange) ? refusal.Visit : null;
        var code = visit is null ? refusal.JsonRpcCode ?? refusal.Reason.JsonRpcCode : VisitForm.ErrorCode;
        JsonRpcWriter.WriteError(buffer, id, code, Message(refusal), new JsonRpcErrorData
        {
            Elicitations = visit is null ? default : VisitForm.WriteElicitations(visit),
            Code = refusal.Reason.Code,
            Remedy = refusal.Reason.Remedy,
            RequestId = exchange.Record.Id,
            Supported = refusal.SupportedRevisions,
            Requested = refusal.RequestedRevision,
            RetryAfterMilliseconds = RetryAfter(refusal) is { } wait ? (long)Math.Ceiling(wait.TotalMilliseconds) : null,
            Uri = refusal.Uri,
            ApprovalId = refusal.ApprovalId,
            QuarantineId = refusal.QuarantineId,
            ConsentUrl = refusal.ConsentUrl,
            At = refusal.Places is [var first, ..] ? first.At : null,
            Keyword = refusal.Places is [var firstOfAll, ..] ? firstOfAll.Keyword : null,
        });
        return buffer.WrittenMemory;
    }

    // Many clients show their model only the message, and the model must correct the place.
    private static string Message(Refusal refusal)
    {
        if (refusal.Visit is { } visit) return $"{refusal.Reason.Message} {visit.Message} {visit.Url}";
        return refusal.Places.Count == 0
            ? refusal.Reason.Message : refusal.Reason.Message + " " + string.Join("; ", refusal.Places.Select(place => place.Words));
    }

    // MCP 2025-11-25, elicitation: the error is for clients that declared URL mode. In the modern era such a client is asked by a result.
    private static bool ShowsPages(Exchange exchange) =>
        !exchange.IsModern && exchange.Session is { } session && session.Capabilities.HasFlag(ClientCapabilities.UrlElicitation);

    // The model reads the text; programs find code, request and places in _meta.
    private static ReadOnlySpan<byte> ToolResult(Exchange exchange, Refusal refusal)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (exchange.IsModern) json.WriteString("resultType"u8, "complete"u8);
            json.WriteStartArray("content"u8);
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            Write(json, "text",
                string.Join('\n', refusal.Places.Select(place => "- " + place.Words)
                    .Prepend(refusal.Reason.Message + " The call was not carried out.")));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteBoolean("isError"u8, true);
            json.WriteStartObject("_meta"u8);
            json.WriteStartObject("gatehouse/refusal"u8);
            Write(json, "code", refusal.Reason.Code);
            Write(json, "remedy", refusal.Reason.Remedy);
            Write(json, "requestId", exchange.Record.Id);
            json.WriteStartArray("places"u8);
            foreach (var place in refusal.Places)
            {
                json.WriteStartObject();
                Write(json, "at", place.At);
                Write(json, "keyword", place.Keyword);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(JsonText.Encode(text));
    }
}
