using System.Buffers;
using Gatehouse.Audit;
using Gatehouse.Gateway.Transport;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Refusals;

namespace Gatehouse.Local;

/// <summary>The client's side of an exchange on stdio: each message a line of its own (design rule 2).</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="line">The line that is answered; null for messages of the server outside of requests.</param>
internal sealed class LineReply(ILineConnection connection, ClientLine? line) : IReply
{
    private readonly ArrayBufferWriter<byte> buffer = new();

    public bool HasStarted { get; private set; }

    public string? SessionHandle { get; set; }

    /// <summary>True once the client has its answer.</summary>
    public bool IsAnswered { get; private set; }

    public ValueTask AcceptAsync(Exchange exchange, CancellationToken cancellation) => Note(exchange, 202);

    public ValueTask SessionEndedAsync(Exchange exchange, CancellationToken cancellation) => Note(exchange, 200);

    public ValueTask DeclineAsync(Exchange exchange, UpstreamDecline decline, CancellationToken cancellation) =>
        Note(exchange, DeclineStatus.Of(decline));

    public async ValueTask SendSingleAsync(Exchange exchange, ValidatedMessage message, UpstreamDecline decline, CancellationToken cancellation)
    {
        exchange.Record.Status = DeclineStatus.Of(decline);
        if (SessionHandle is { } handle) await connection.BeginSessionAsync(handle, cancellation).ConfigureAwait(false);
        await WriteAsync(exchange, message, cancellation).ConfigureAwait(false);
    }

    public ValueTask OpenStreamAsync(Exchange exchange, CancellationToken cancellation) => Note(exchange, 200);

    public ValueTask SendEventAsync(Exchange exchange, UpstreamEvent item, CancellationToken cancellation) =>
        item.Message is { } message ? WriteAsync(exchange, message, cancellation) : ValueTask.CompletedTask;

    public async ValueTask RefuseAsync(Exchange exchange, Refusal refusal, CancellationToken cancellation)
    {
        exchange.Record.Status = RefusalFormat.Status(exchange, refusal);
        if (line is null || IsAnswered || IsTakenBack(refusal)) return;
        if (exchange.Message is { Kind: not MessageKind.Request }) return; // there is no client to answer
        byte[] own = [.. Body(exchange, refusal).Span, (byte)'\n']; // ours is written in one line
        await SendAsync(exchange, own, isAnswer: true, cancellation).ConfigureAwait(false);
    }

    // The record has the status that HTTP would have had: one table of outcomes for every transport.
    private static ValueTask Note(Exchange exchange, int status)
    {
        exchange.Record.Status = status;
        return ValueTask.CompletedTask;
    }

    // MCP, cancellation: a request that was taken back gets no answer.
    private static bool IsTakenBack(Refusal refusal) =>
        refusal.IsTakenBack || (refusal.Reason == Reasons.UpstreamEnded && refusal.Detail == "cancelled");

    // On stdio a client knows only by the id what is answered. An id that was seen in a line that is no message is used for that and nothing else.
    private ReadOnlyMemory<byte> Body(Exchange exchange, Refusal refusal)
    {
        if (exchange.Message is not null) return RefusalFormat.Body(exchange, refusal);
        return JsonRpcId.TryParse(line!.Head.Id, MessageLimits.Default, out var id) && line.Head.IsRequest
            ? RefusalFormat.Body(exchange, refusal, id)
            : RefusalFormat.Body(exchange, refusal);
    }

    private ValueTask WriteAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        var isAnswer = line is not null && exchange.Message is { Kind: MessageKind.Request }
            && message.Kind is MessageKind.Result or MessageKind.Error;
        buffer.ResetWrittenCount();
        LineFraming.Write(buffer, message);
        return SendAsync(exchange, buffer.WrittenMemory, isAnswer, cancellation);
    }

    private async ValueTask SendAsync(Exchange exchange, ReadOnlyMemory<byte> bytes, bool isAnswer, CancellationToken cancellation)
    {
        HasStarted = true;
        IsAnswered |= isAnswer;
        if (!await connection.SayAsync(isAnswer ? line!.Number : 0, bytes, cancellation).ConfigureAwait(false))
            exchange.Record.Add(new AuditPart(AuditPartKind.Limit, AuditOutcome.Drop, "client-gone"));
    }
}
