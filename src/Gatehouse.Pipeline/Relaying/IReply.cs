using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>The client's side of an exchange. The unit of release is one whole inspected message (design rule 8).</summary>
public interface IReply
{
    /// <summary>True once a status was sent: a refusal can then only end the stream.</summary>
    bool HasStarted { get; }

    /// <summary>Reports that the server accepted a notification or an answer; there is no message.</summary>
    ValueTask AcceptAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>Reports that the server ended the session; there is no message.</summary>
    ValueTask SessionEndedAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>Reports that the server declined without a message.</summary>
    ValueTask DeclineAsync(Exchange exchange, UpstreamDecline decline, CancellationToken cancellation);

    /// <summary>Sends one message as the whole answer.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="message">The message.</param>
    /// <param name="decline">The way in which the server declined the request, in addition to its message.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask SendSingleAsync(Exchange exchange, ValidatedMessage message, UpstreamDecline decline, CancellationToken cancellation);

    /// <summary>Opens a stream of messages.</summary>
    ValueTask OpenStreamAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>
    /// Shows the client of a held request that its connection is alive, without a message, if the transport can do so. It then opens the stream of
    /// the request (WHATWG HTML §9.2.6: a comment). It does not count as activity of any party and extends no limit.
    /// </summary>
    ValueTask KeepAliveAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Sends one event on the open stream.</summary>
    ValueTask SendEventAsync(Exchange exchange, UpstreamEvent item, CancellationToken cancellation);

    /// <summary>Answers a refusal: by status and shape, or as the final message of an open stream.</summary>
    ValueTask RefuseAsync(Exchange exchange, Refusal refusal, CancellationToken cancellation);

    /// <summary>The handle of a session that began with this exchange, to be sent with the answer.</summary>
    string? SessionHandle { get; set; }
}
