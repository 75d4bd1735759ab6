using System.Text.Json;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>A quarantine that names each result after its content, so that people recognize it.</summary>
internal sealed class NamingQuarantine(IQuarantine real) : IQuarantine
{
    public bool MayHold(PolicySubject caller) => real.MayHold(caller);

    public ValueTask<QuarantineOutcome> KeepAsync(
        Exchange exchange, ValidatedMessage received, IReadOnlyList<WithheldFinding> findings, CancellationToken cancellation)
    {
        using var message = JsonDocument.Parse(received.Bytes);
        return new(QuarantineOutcome.Kept("qua-" + string.Join(' ', ModelReading.Texts(message.RootElement.GetProperty("result")))));
    }

    public ValueTask<string?> FindAsync(Exchange exchange, CancellationToken cancellation) => real.FindAsync(exchange, cancellation);

    public ValueTask<ReleasedResult?> TakeAsync(Exchange exchange, string id, CancellationToken cancellation) =>
        real.TakeAsync(exchange, id, cancellation);
}
