namespace Gatehouse.Audit;

/// <summary>The personal facts of an entry that concern one person, sealed under a key of that person (DP-03).</summary>
/// <param name="Pseudonym">The name of the key: random, the same for all entries of a person, a class and a month.</param>
/// <param name="Box">The sealed facts, in base64url; empty where the person was erased before the entry was written.</param>
public sealed record SealedFacts(string Pseudonym, string Box);
