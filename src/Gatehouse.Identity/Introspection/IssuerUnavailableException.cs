namespace Gatehouse.Identity.Introspection;

/// <summary>The issuer is in trouble of its own, whatever token it is asked about: it says so (5xx) or asks for less (429).</summary>
/// <param name="message">For the operator.</param>
internal sealed class IssuerUnavailableException(string message) : Exception(message);
