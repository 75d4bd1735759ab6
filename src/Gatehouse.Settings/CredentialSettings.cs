namespace Gatehouse.Settings;

/// <summary>The gateway's own credential for an upstream. The caller's token is never sent to an upstream (design rule 5).</summary>
/// <param name="Header">Header that carries it, e.g. <c>Authorization</c> or <c>X-Api-Key</c>.</param>
/// <param name="Value">Reference to the value.</param>
/// <param name="Prefix">Text before the value, e.g. <c>Bearer </c>; empty by default.</param>
public sealed record CredentialSettings(string Header, SecretReference Value, string Prefix);
