namespace Gatehouse.Audit.Search;

/// <summary>A person who reads only entries of their own.</summary>
/// <param name="Issuer">The issuer of the person's token.</param>
/// <param name="Subject">The subject within the issuer.</param>
public sealed record EntryOwner(string Issuer, string Subject);
