namespace Gatehouse.Pipeline;

/// <summary>Seals a request's payload under a key of its subject; used only when payloads are chosen to be kept.</summary>
public interface IPayloadSealer
{
    /// <summary>The sealed payload, base64url.</summary>
    string Seal(Exchange exchange);
}
