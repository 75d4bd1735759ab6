namespace Gatehouse.Identity.Introspection;

/// <summary>The issuer answered about one token in a way that says nothing of it, and nothing of other tokens.</summary>
/// <param name="message">For the operator.</param>
internal sealed class UnexpectedResponseException(string message) : Exception(message);
