using System.Buffers;
using System.IO.Pipelines;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Gateway.Transport;

/// <summary>
/// Reads a request body into one buffer, bounded by the server's limit, the caller's part of the common budget, and a time for the whole.
/// </summary>
internal sealed class HttpMessageSource(HttpContext context, ByteBudget budget, TimeSpan patience, TimeProvider time) : IMessageSource, IDisposable
{
    private CallerPartition owner;
    private long taken;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CallerPartition caller, int maxBytes, CancellationToken cancellation)
    {
        if (context.Request.ContentLength is { } announced && announced > maxBytes)
            throw new RefusalException(Reasons.BodyTooLarge, "content-length");
        owner = caller;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            var body = TryReadBody(maxBytes) ?? await ReadInTimeAsync(maxBytes, cancellation).ConfigureAwait(false);
            if (context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true, Trailers.Count: > 0 })
                throw new RefusalException(Reasons.TrailersNotAllowed, "trailers");
            return body;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            // With only the minimum rate, a caller could hold nearly all of a large message for as long as it likes (CWE-400).
            SayThatItCloses(context); // the rest is not waited for
            throw new RefusalException(Reasons.BodyTimeout, "limits.bodyTimeout", e);
        }
        catch (BadHttpRequestException e)
        {
            SayThatItCloses(context);
            var reason = e.StatusCode == StatusCodes.Status413PayloadTooLarge ? Reasons.BodyTooLarge : Reasons.BodyTimeout;
            throw new RefusalException(reason, "body", e);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            // The client reset its stream or closed its connection in the middle of the body. An act of a client is no fault of the gateway: no
            // client is left for an answer, and the operator has nothing to mend (CWE-779).
            throw new OperationCanceledException("the client left while its body was read", e);
        }
    }

    /// <summary>
    /// Announces that the connection closes after the answer, because its rest is not read. A client without this notice sends its next request on
    /// the connection, and that request gets no answer (RFC 9112, section 9.6).
    /// </summary>
    public static void SayThatItCloses(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
    }

    public void Dispose()
    {
        if (taken > 0) budget.Return(owner, taken);
        taken = 0;
    }

    // Nearly every body arrives with its head. A timer and two cancellation sources would be made for nothing. Null if more follows.
    private byte[]? TryReadBody(int maxBytes)
    {
        var reader = context.Request.BodyReader;
        return reader.TryRead(out var result) ? TryComplete(reader, result, maxBytes) : null;
    }

    private async ValueTask<byte[]> ReadInTimeAsync(int maxBytes, CancellationToken cancellation)
    {
        using var ending = new TimeLimit(patience, time, cancellation);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(ending.Token).ConfigureAwait(false);
            if (TryComplete(reader, result, maxBytes) is { } body) return body;
        }
    }

    // Returns the body, or null where more of it follows.
    private byte[]? TryComplete(PipeReader reader, in ReadResult result, int maxBytes)
    {
        var buffer = result.Buffer;
        Admit(reader, buffer, maxBytes);
        if (result.IsCompleted) return Copy(reader, buffer);
        reader.AdvanceTo(buffer.Start, buffer.End);
        return null;
    }

    // A refused body is let go before the refusal, so that the server can read past it and the answer reaches the client.
    private void Admit(PipeReader reader, in ReadOnlySequence<byte> buffer, int maxBytes)
    {
        try
        {
            if (buffer.Length > maxBytes) throw new RefusalException(Reasons.BodyTooLarge, "body");
            Account(buffer.Length, maxBytes);
        }
        catch (RefusalException)
        {
            reader.AdvanceTo(buffer.End);
            throw;
        }
    }

    // What Kestrel holds for us counts from the first byte, so that slow large bodies cannot evade the budget.
    private void Account(long length, int maxBytes)
    {
        if (length <= taken) return;
        budget.Take(owner, length - taken, maxBytes);
        taken = length;
    }

    private static byte[] Copy(PipeReader reader, in ReadOnlySequence<byte> buffer)
    {
        var bytes = buffer.ToArray();
        reader.AdvanceTo(buffer.End);
        return bytes;
    }
}
