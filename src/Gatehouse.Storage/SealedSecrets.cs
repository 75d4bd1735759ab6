using System.Security.Cryptography;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>
/// Secrets at rest, by envelope encryption: each value is sealed under a key of its own, and that key by the key ring (SK-02). Both seals are
/// bound to the secret's place. A rotation seals only the keys again.
/// </summary>
/// <remarks>
/// <para>A change is one write of one row, so that a process may be killed at any moment: each secret is the old one or the new one.</para>
/// <para>Not defended: whoever can write the database can put an earlier row of the same secret back, or remove one.</para>
/// <para>Safe for concurrent use, also by several processes.</para>
/// </remarks>
public sealed class SealedSecrets
{
    /// <summary>The most bytes of a value.</summary>
    public const int MostValueBytes = 16_384;

    /// <summary>The most secrets of one owner for one purpose.</summary>
    public const int MostSecrets = 1_000;

    private const string RingPurpose = "secret-key";
    private const string KeyLayer = "key";
    private const string ValueLayer = "value";

    // A pass that lost a secret to a writer is repeated; one lost pass after the other needs a writer for each.
    private const int MostPasses = 8;

    private readonly ISecretStore store;
    private readonly KeyRing keys;
    private readonly TimeProvider time;
    private readonly SecretBinding bind;

    /// <summary>Makes the secrets of a store and a key ring.</summary>
    public SealedSecrets(ISecretStore store, KeyRing keys, TimeProvider time)
        : this(store, keys, time, SecretBindings.ToPlace)
    {
    }

    /// <summary>Makes the secrets with another binding, for exercises that show the purpose of the one in use.</summary>
    public SealedSecrets(ISecretStore store, KeyRing keys, TimeProvider time, SecretBinding binding)
    {
        (this.store, this.keys, this.time, bind) = (store, keys, time, binding);
    }

    /// <summary>Sets a secret, or replaces it as a whole. On return it is on the disk.</summary>
    /// <param name="place">Its place.</param>
    /// <param name="value">1 to 16,384 bytes; the caller overwrites them.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is empty or too long. The message does not name its length.</exception>
    /// <exception cref="StoreException">Nothing was set: there are the most secrets already, or the disk refused.</exception>
    public async ValueTask SetAsync(SecretPlace place, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (value.Length is < 1 or > MostValueBytes)
            throw new ArgumentOutOfRangeException(nameof(value), $"The value of a secret is 1 to {MostValueBytes} bytes.");
        if (!await store.PutAsync(Seal(place, value.Span), MostSecrets, cancellation).ConfigureAwait(false))
            throw new StoreException(
                $"The store has {MostSecrets} secrets, which is the most. Nothing was set. Remove one that is not used any more: "
                + "gatehouse secret remove");
    }

    /// <summary>Removes a secret.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="StoreException">Nothing changed: the disk refused.</exception>
    public ValueTask<bool> RemoveAsync(SecretPlace place, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(place);
        return store.RemoveAsync(place.Purpose, place.Owner, place.Name, cancellation);
    }

    /// <summary>Opens a secret.</summary>
    /// <returns>The value when the state is <see cref="SecretState.Open"/>; otherwise null.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<(SecretState State, OpenedSecret? Value)> OpenAsync(SecretPlace place, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (await store.FindAsync(place.Purpose, place.Owner, place.Name, cancellation).ConfigureAwait(false) is not { } row)
            return (SecretState.Missing, null);
        if (!keys.HasKeyOf(row.SealedKey.Span)) return (SecretState.KeyLost, null);
        if (!TryOpenKey(place, row.SealedKey.Span, out var key)) return (SecretState.Damaged, null);
        try
        {
            return SealedValues.TryOpen(key, bind(ValueLayer, place), row.SealedValue.Span, out var value)
                ? (SecretState.Open, new OpenedSecret(value)) : (SecretState.Damaged, null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Lists all secrets without their values, by purpose, owner and name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ValueTask<IReadOnlyList<SecretHead>> ListAsync(CancellationToken cancellation = default) => store.ListAsync(cancellation);

    /// <summary>
    /// Adds a key to the ring and seals every secret again under it, of all purposes and owners. It may be killed at any moment and called again:
    /// then it finishes the rotation that was begun, and adds no key. Old keys stay, since handles and kept payloads may still need them.
    /// </summary>
    /// <exception cref="KeyRingException">The ring cannot be read or written, is full, or is being rotated.</exception>
    /// <exception cref="StoreException">The store refused. The secrets are readable; call it again.</exception>
    public async ValueTask<SecretRotation> RotateAsync(CancellationToken cancellation = default)
    {
        keys.Refresh();
        var (begun, unopened) = await SealAgainAsync(cancellation).ConfigureAwait(false);
        if (begun > 0) return new(keys.NewestId, begun, true, unopened);
        keys.Rotate();
        (var count, unopened) = await SealAgainAsync(cancellation).ConfigureAwait(false);
        return new(keys.NewestId, count, false, unopened);
    }

    private async ValueTask<(int Count, IReadOnlyList<SecretPlace> Unopened)> SealAgainAsync(CancellationToken cancellation)
    {
        var count = 0;
        List<SecretPlace> unopened = [];
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var lost = 0;
            unopened.Clear();
            foreach (var head in await store.ListAsync(cancellation).ConfigureAwait(false))
            {
                var place = new SecretPlace(head.Purpose, head.Owner, head.Name);
                // Another process may have added a key since the ring was read, and sealed with it.
                if (!keys.HasKeyOf(head.SealedKey.Span)) keys.Refresh();
                if (!TrySealAgain(place, head, out var fresh)) unopened.Add(place);
                else if (fresh is null) continue;
                else if (await store.ReplaceKeyAsync(head, fresh, cancellation).ConfigureAwait(false)) count++;
                else lost++;
            }

            if (lost == 0) break;
        }

        return (count, unopened);
    }

    /// <summary>Seals a key again. The result is null when the newest key of the ring seals it already.</summary>
    /// <returns>False when it does not open.</returns>
    private bool TrySealAgain(SecretPlace place, SecretHead head, out byte[]? fresh)
    {
        fresh = null;
        if (!TryOpenKey(place, head.SealedKey.Span, out var key)) return false;
        if (KeyRing.KeyIdOf(head.SealedKey.Span) != keys.NewestId) fresh = SealKey(place, key);
        CryptographicOperations.ZeroMemory(key);
        return true;
    }

    private SecretRow Seal(SecretPlace place, ReadOnlySpan<byte> value)
    {
        var key = RandomNumberGenerator.GetBytes(SealedValues.KeyBytes);
        try
        {
            return new(
                place.Purpose, place.Owner, place.Name, SealKey(place, key), SealedValues.Seal(key, bind(ValueLayer, place), value), time.GetUtcNow(),
                DateTimeOffset.MaxValue);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] SealKey(SecretPlace place, ReadOnlySpan<byte> key) => keys.SealFor(RingPurpose, [place.Owner], bind(KeyLayer, place), key);

    private bool TryOpenKey(SecretPlace place, ReadOnlySpan<byte> sealedKey, out byte[] key) =>
        keys.TryOpenFor(RingPurpose, [place.Owner], bind(KeyLayer, place), sealedKey, out key);
}
