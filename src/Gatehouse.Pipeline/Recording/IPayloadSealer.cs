namespace Gatehouse.Pipeline.Recording;

/// <summary>Seals a request's payload under a key of its subject; used only when payloads are chosen to be kept.</summary>
public interface IPayloadSealer
{
    /// <summary>
    /// Seals the message, whole. Blanks between its parts may be left out, nothing else is: a caller must not be able to push what it does out
    /// of what is kept.
    /// </summary>
    /// <returns>Null when it is more than can be kept.</returns>
    KeptPayload? Seal(Exchange exchange);
}
