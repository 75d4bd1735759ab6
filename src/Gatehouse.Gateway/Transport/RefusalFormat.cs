using System.Buffers;
using Gatehouse.Pipeline;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Transport;

/// <summary>A refusal as status and JSON-RPC error (design rule 4).</summary>
public static class RefusalFormat
{
    /// <summary>
    /// The HTTP status. A refusal that is answered as a JSON-RPC error with 200 needs a request to answer: for a
    /// notification or a stream the refusal is the status (T06).
    /// </summary>
    public static int Status(Exchange exchange, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(refusal);
        var status = refusal.Reason.Status(exchange.IsModern);
        if (status != 200 || exchange.Message is { Kind: MessageKind.Request }) return status;
        return exchange.Message is null ? 404 : 400;
    }

    /// <summary>When trying again can help; null when it cannot.</summary>
    public static TimeSpan? RetryAfter(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.RetryAfter ?? (refusal.Reason.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>The JSON-RPC error; its id is left out where none was read.</summary>
    public static ReadOnlyMemory<byte> Body(Exchange exchange, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return Body(exchange, refusal, exchange.Message is { Kind: MessageKind.Request } message ? message.Id : default);
    }

    /// <summary>The JSON-RPC error for a client that can tell by the id alone what is answered.</summary>
    internal static ReadOnlyMemory<byte> Body(Exchange exchange, Refusal refusal, JsonRpcId id)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var buffer = new ArrayBufferWriter<byte>(256);
        JsonRpcWriter.WriteError(buffer, id, refusal.JsonRpcCode ?? refusal.Reason.JsonRpcCode, Message(refusal), new JsonRpcErrorData
        {
            Code = refusal.Reason.Code,
            Remedy = refusal.Reason.Remedy,
            RequestId = exchange.Record.Id,
            Supported = refusal.SupportedRevisions,
            Requested = refusal.RequestedRevision,
            RetryAfterMilliseconds = RetryAfter(refusal) is { } wait ? (long)Math.Ceiling(wait.TotalMilliseconds) : null,
            Uri = refusal.Uri,
            At = refusal.Place?.At,
            Keyword = refusal.Place?.Keyword,
        });
        return buffer.WrittenMemory;
    }

    // Many clients show their model the message alone, and it is the model that must correct the place.
    private static string Message(Refusal refusal) => refusal.Place is { } place
        ? $"{refusal.Reason.Message} {(place.At.Length == 0 ? "(all of it)" : place.At)}: {place.Keyword}"
        : refusal.Reason.Message;
}
