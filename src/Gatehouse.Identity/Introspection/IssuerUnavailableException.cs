namespace Gatehouse.Identity.Introspection;

/// <summary>A fault of the issuer itself, whatever token it is asked about: its status says so (5xx) or asks for less (429).</summary>
/// <param name="message">For the operator.</param>
internal sealed class IssuerUnavailableException(string message) : Exception(message);
