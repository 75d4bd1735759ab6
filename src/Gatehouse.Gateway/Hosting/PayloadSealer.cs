using System.Buffers.Text;
using System.Text;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Records;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Seals kept payloads under a key of the person, which erasure destroys, and binds each to its exchange. So none opens as another caller's or as
/// that of
/// another event (DP-03).
/// </summary>
internal sealed class PayloadSealer(PayloadBoxes boxes) : IPayloadSealer
{
    // What builds before event model 3 sealed for: a key that the ring derives for issuer and subject.
    private const string EarlierPurpose = "audit-payload/v2";

    /// <summary>Opens a kept payload.</summary>
    /// <returns>Null where it was not sealed for this exchange and person, or there is no key for it.</returns>
    public static byte[]? TryOpen(PayloadBoxes boxes, KeyRing keys, string id, string issuer, string subject, string text)
    {
        if (boxes.TryOpen(id, text, out var request)) return request;
        if (!Base64Url.IsValid(text)) return null;
        var box = Base64Url.DecodeFromChars(text);
        return keys.TryOpenFor(EarlierPurpose, [issuer, subject], Encoding.UTF8.GetBytes(id), box, out var payload) ? payload : null;
    }

    public AuditPayload? Seal(Exchange exchange)
    {
        var message = exchange.Message is { } validated ? validated.Bytes.Span : default;
        var isWhole = message.Length <= KeyRing.MostPlaintextBytes;
        var payload = isWhole ? message : JsonWhitespace.Without(message);
        if (payload.Length > KeyRing.MostPlaintextBytes) return null;
        var owner = new SubjectOwner(exchange.Caller.Issuer, exchange.Caller.Subject);
        var text = boxes.Seal(owner, exchange.Record.Now, exchange.Record.Id, payload);
        return new AuditPayload(text, isWhole ? AuditPayload.Whole : AuditPayload.WithoutBlanks, payload.Length);
    }
}
