namespace Gatehouse.Credentials.Review;

/// <summary>A fault of a credential.</summary>
/// <param name="Kind">
/// <c>shared</c>, <c>broad</c>, <c>unbounded</c> (no scopes are requested), <c>one-for-all</c> (several people act with one credential) or
/// <c>unused</c>.
/// </param>
/// <param name="Words">What is wrong.</param>
/// <param name="Remedy">What to change.</param>
public sealed record ReviewFinding(string Kind, string Words, string Remedy);
