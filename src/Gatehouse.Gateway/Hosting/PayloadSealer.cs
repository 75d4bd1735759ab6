using System.Buffers.Text;
using System.Text;
using Gatehouse.Audit;
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

    /// <summary>Opens a kept payload.</summary>
    /// <returns>Null where it was not sealed for this exchange and person, or the ring has no key for it.</returns>
    public static byte[]? TryOpen(KeyRing keys, string id, string issuer, string subject, string text)
    {
        if (!Base64Url.IsValid(text)) return null;
        var box = Base64Url.DecodeFromChars(text);
        return keys.TryOpenFor(Purpose, [issuer, subject], Encoding.UTF8.GetBytes(id), box, out var payload) ? payload : null;
    }

    public AuditPayload? Seal(Exchange exchange)
    {
        var message = exchange.Message is { } validated ? validated.Bytes.Span : default;
        var isWhole = message.Length <= KeyRing.MostPlaintextBytes;
        var payload = isWhole ? message : JsonWhitespace.Without(message);
        if (payload.Length > KeyRing.MostPlaintextBytes) return null;
        var box = keys.SealFor(Purpose, [exchange.Caller.Issuer, exchange.Caller.Subject], Encoding.UTF8.GetBytes(exchange.Record.Id), payload);
        return new AuditPayload(Base64Url.EncodeToString(box), isWhole ? AuditPayload.Whole : AuditPayload.WithoutBlanks, payload.Length);
    }
}
