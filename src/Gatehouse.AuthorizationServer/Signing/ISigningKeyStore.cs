namespace Gatehouse.AuthorizationServer.Signing;

/// <summary>The keys that sign access tokens, sealed in the store. Gateways that serve one origin share them.</summary>
/// <remarks>Every act throws <see cref="Storage.Abstractions.StoreException"/> when the store cannot be used.</remarks>
internal interface ISigningKeyStore
{
    /// <summary>Lists the keys that open. A key that was sealed by a lost key ring is not among them.</summary>
    ValueTask<IReadOnlyList<SigningKeyRecord>> ListAsync(CancellationToken cancellation);

    /// <summary>Adds a key. On return it is on the disk.</summary>
    ValueTask AddAsync(SigningKeyRecord key, CancellationToken cancellation);

    /// <summary>Removes a key; without effect when there is none.</summary>
    ValueTask RemoveAsync(string id, CancellationToken cancellation);
}
