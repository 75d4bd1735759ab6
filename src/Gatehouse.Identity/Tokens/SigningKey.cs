namespace Gatehouse.Identity.Tokens;

/// <summary>The key that signed a token, as far as the claims are judged by it.</summary>
/// <param name="Id">The <c>kid</c> that the token names, or null when it names none.</param>
/// <param name="Issuer">The issuer that the key set names for the key, or null when it names none.</param>
internal readonly record struct SigningKey(string? Id, string? Issuer);
