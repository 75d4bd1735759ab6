namespace Gatehouse.Policy;

/// <summary>Who asks, as the verified token says. Network place and the client's own words are not part of it.</summary>
/// <param name="Issuer">Issuer of the token.</param>
/// <param name="Subject">Subject of the token, unique within the issuer.</param>
/// <param name="ClientId">The authenticated client, when the token names one.</param>
/// <param name="Scopes">Scopes of the token.</param>
/// <param name="Roles">Roles claimed by the issuer.</param>
/// <param name="Groups">Groups claimed by the issuer.</param>
public sealed record PolicySubject(
    string Issuer,
    string Subject,
    string? ClientId,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Groups);
