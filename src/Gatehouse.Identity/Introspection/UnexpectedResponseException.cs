namespace Gatehouse.Identity.Introspection;

/// <summary>An answer of the issuer about one token that says nothing of it, and nothing of other tokens.</summary>
/// <param name="message">For the operator.</param>
internal sealed class UnexpectedResponseException(string message) : Exception(message);
