namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>Why a sign-in at a provider failed.</summary>
/// <param name="Code">A short code for records and metrics, such as <c>issuer-mismatch</c>; lower case and hyphens.</param>
/// <param name="Text">What happened and what to do, for the person, in English, without any text of the provider (MCP row B12).</param>
/// <param name="IsAttack">True when an honest provider and browser cannot cause it: it is recorded as an alarm.</param>
internal sealed record SignInFault(string Code, string Text, bool IsAttack = false);
