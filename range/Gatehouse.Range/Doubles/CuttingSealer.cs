using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Records;
using Gatehouse.Storage;

namespace Gatehouse.Range.Doubles;

/// <summary>Keeps the beginning of a message, as much as fits, and says nothing of the rest.</summary>
internal sealed class CuttingSealer(PayloadBoxes boxes) : IPayloadSealer
{
    public AuditPayload? Seal(Exchange exchange)
    {
        var message = exchange.Message!.Bytes.Span;
        if (message.Length > KeyRing.MostPlaintextBytes) message = message[..KeyRing.MostPlaintextBytes];
        var owner = new SubjectOwner(exchange.Caller.Issuer, exchange.Caller.Subject);
        return new AuditPayload(boxes.Seal(owner, exchange.Record.Now, exchange.Record.Id, message), AuditPayload.Whole, message.Length);
    }
}
