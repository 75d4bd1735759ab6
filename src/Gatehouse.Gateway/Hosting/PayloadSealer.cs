using System.Buffers.Text;
using System.Text;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Records;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Seals kept payloads under a key that is derived for issuer and subject, and binds each to its exchange. So none opens as another caller's or as
/// that of another event.
/// </summary>
/// <remarks>
/// The key comes from the ring, so it cannot be destroyed for only one person. That is erasure (DP-03), and needs a key of its own for each person,
/// which does not exist yet.
/// </remarks>
internal sealed class PayloadSealer(KeyRing keys) : IPayloadSealer
{
    /// <summary>The purpose that the keys are derived for.</summary>
    public const string Purpose = "audit-payload/v2";

    public KeptPayload? Seal(Exchange exchange)
    {
        var message = exchange.Message is { } validated ? validated.Bytes.Span : default;
        var isWhole = message.Length <= KeyRing.MostPlaintextBytes;
        var payload = isWhole ? message : JsonWhitespace.Without(message);
        if (payload.Length > KeyRing.MostPlaintextBytes) return null;
        var box = keys.SealFor(Purpose, [exchange.Caller.Issuer, exchange.Caller.Subject], Encoding.UTF8.GetBytes(exchange.Record.Id), payload);
        return new KeptPayload(Base64Url.EncodeToString(box), isWhole ? KeptPayload.Whole : KeptPayload.WithoutBlanks, payload.Length);
    }
}
