using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Records;

namespace Gatehouse.Pipeline.Recording;

/// <summary>A sealer of requests' payloads, under a key of the subject. It is used only if the operator chose to keep payloads.</summary>
public interface IPayloadSealer
{
    /// <summary>
    /// Seals the whole message. Only whitespace between its parts may be left out: a caller must not be able to displace the effective part of a call
    /// from the kept payload.
    /// </summary>
    /// <returns>Null when it is larger than the bound.</returns>
    AuditPayload? Seal(Exchange exchange);
}
