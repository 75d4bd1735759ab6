using System.Buffers.Text;
using System.Text;
using Gatehouse.Pipeline;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Seals kept payloads under a key of the subject, so that one person's records can be made unreadable (DP-03).</summary>
internal sealed class PayloadSealer(KeyRing keys) : IPayloadSealer
{
    public string Seal(Exchange exchange)
    {
        var owner = Encoding.UTF8.GetBytes(exchange.Caller.Issuer + "\n" + exchange.Caller.Subject);
        var payload = exchange.Message is { } message ? message.Bytes.Span : default;
        if (payload.Length > KeyRing.MostPlaintextBytes) payload = payload[..KeyRing.MostPlaintextBytes]; // bounded: the log is not a data store
        return Base64Url.EncodeToString(keys.Seal("audit-payload/v1", owner, payload));
    }
}
