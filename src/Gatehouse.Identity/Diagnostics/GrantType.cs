namespace Gatehouse.Identity.Diagnostics;

/// <summary>One kind of client, and whether it can get tokens from an issuer.</summary>
/// <param name="Client">The kind of client.</param>
/// <param name="IsPossible">True when it can.</param>
/// <param name="Words">The reason, or the requirement.</param>
public sealed record GrantType(string Client, bool IsPossible, string Words);
