namespace Gatehouse.Range.SignIn;

/// <summary>The tokens that a program got.</summary>
/// <param name="Access">The access token.</param>
/// <param name="Refresh">The refresh token; null when there is none.</param>
internal sealed record SignInTokens(string Access, string? Refresh);
