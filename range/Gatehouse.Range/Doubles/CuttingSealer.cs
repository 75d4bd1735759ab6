using System.Buffers.Text;
using System.Text;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Records;
using Gatehouse.Range.Running;
using Gatehouse.Storage;

namespace Gatehouse.Range.Doubles;

/// <summary>Keeps the beginning of a message, as much as fits, and says nothing of the rest.</summary>
internal sealed class CuttingSealer(KeyRing keys) : IPayloadSealer
{
    public AuditPayload? Seal(Exchange exchange)
    {
        var message = exchange.Message!.Bytes.Span;
        if (message.Length > KeyRing.MostPlaintextBytes) message = message[..KeyRing.MostPlaintextBytes];
        var box = keys.SealFor(Payloads.Purpose, [exchange.Caller.Issuer, exchange.Caller.Subject], Encoding.UTF8.GetBytes(exchange.Record.Id),
            message);
        return new AuditPayload(Base64Url.EncodeToString(box), AuditPayload.Whole, message.Length);
    }
}
