namespace Gatehouse.Administration;

/// <summary>The person or program that a genuine administrator token names.</summary>
/// <param name="Issuer">The token's issuer.</param>
/// <param name="Subject">The subject within the issuer.</param>
/// <param name="IsAdministrator">Whether the configuration in force names it as an administrator.</param>
internal sealed record AdministratorToken(string Issuer, string Subject, bool IsAdministrator);

/// <summary>What the host's issuers say of an administrator token.</summary>
/// <param name="Token">Who it names; null when it is not genuine.</param>
/// <param name="Fault">Why it is not genuine; never the token.</param>
internal sealed record AdministratorTokenResult(AdministratorToken? Token, string? Fault);
