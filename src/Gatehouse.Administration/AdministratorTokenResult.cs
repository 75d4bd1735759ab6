namespace Gatehouse.Administration;

/// <summary>What the host's issuers say of an administrator token.</summary>
/// <param name="Token">Who it names; null when it is not genuine.</param>
/// <param name="Fault">Why it is not genuine; never the token.</param>
internal sealed record AdministratorTokenResult(AdministratorToken? Token, string? Fault);
