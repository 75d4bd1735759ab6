using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Bench.Micro;

/// <summary>A client that takes its answer; a refusal is a fault of the benchmark.</summary>
internal sealed class NoReply : IReply
{
    public bool HasStarted => false;

    public string? SessionHandle { get; set; }

    public ValueTask AcceptAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask SessionEndedAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DeclineAsync(Exchange exchange, UpstreamDecline decline, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask SendSingleAsync(Exchange exchange, ValidatedMessage message, UpstreamDecline decline, CancellationToken cancellation) =>
        ValueTask.CompletedTask;

    public ValueTask OpenStreamAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask SendEventAsync(Exchange exchange, UpstreamEvent item, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask RefuseAsync(Exchange exchange, Refusal refusal, CancellationToken cancellation) =>
        throw new InvalidOperationException($"{refusal.Reason.Code} {refusal.Detail}");
}
