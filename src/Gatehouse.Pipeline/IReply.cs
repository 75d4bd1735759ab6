using Gatehouse.Protocol;

namespace Gatehouse.Pipeline;

/// <summary>The client's side of an exchange. The unit of release is one whole inspected message (design rule 8).</summary>
public interface IReply
{
    /// <summary>True once a status went out: a refusal can then only end the stream.</summary>
    bool HasStarted { get; }

    /// <summary>202 without a body.</summary>
    ValueTask AcceptAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>A status without a body.</summary>
    ValueTask StatusAsync(Exchange exchange, int status, CancellationToken cancellation);

    /// <summary>One message as the whole answer.</summary>
    ValueTask SendSingleAsync(Exchange exchange, ProvenMessage message, int status, CancellationToken cancellation);

    /// <summary>Opens a stream of messages.</summary>
    ValueTask OpenStreamAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>Sends one event on the open stream.</summary>
    ValueTask SendEventAsync(Exchange exchange, UpstreamEvent item, CancellationToken cancellation);

    /// <summary>Answers a refusal: by status and shape, or as the final message of an open stream.</summary>
    ValueTask RefuseAsync(Exchange exchange, Refusal refusal, CancellationToken cancellation);

    /// <summary>The handle of a session that began with this exchange, to be sent with the answer.</summary>
    string? SessionHandle { get; set; }
}
