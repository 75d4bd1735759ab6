using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Host;

/// <summary>
/// Seals the facts of rows. Purpose and owner are bound to the ciphertext: a row that is copied to another place, or a fact of one kind that is used
/// as another, does not open (SK-02).
/// </summary>
internal interface ISealedFacts
{
    /// <summary>Seals facts, as JSON, for one place.</summary>
    /// <param name="purpose">The kind of facts, such as the name of a <see cref="CredentialKind"/>.</param>
    /// <param name="owner">What they belong to: the identifier of a grant, or the digest of a credential in hexadecimal.</param>
    /// <param name="facts">The facts.</param>
    byte[] Seal<T>(string purpose, string owner, T facts)
        where T : class;

    /// <summary>Opens facts that were sealed for the same place.</summary>
    /// <returns>Null when they were sealed for another place, by another key, or were changed.</returns>
    T? Open<T>(string purpose, string owner, ReadOnlyMemory<byte> sealedFacts)
        where T : class;
}
