using System.Buffers.Binary;
using Gatehouse.AuthorizationServer.Signing;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.SignIn;

/// <summary>
/// The keys that sign access tokens, as sealed secrets of the store: eight bytes of the moment from which a key signs (ticks, big endian), then the
/// key (PKCS #8). They are sealed again with all other secrets when the ring is rotated.
/// </summary>
internal sealed class SealedSigningKeys(SealedSecrets secrets) : ISigningKeyStore
{
    private const string Purpose = "token-signing";

    private static readonly string Owner = SecretPlace.OwnerOf("gateway", Purpose);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<SigningKeyRecord>> ListAsync(CancellationToken cancellation)
    {
        List<SigningKeyRecord> keys = [];
        foreach (var head in await secrets.ListAsync(cancellation).ConfigureAwait(false))
        {
            if (head.Purpose != Purpose || head.Owner != Owner) continue;
            var (state, value) = await secrets.OpenAsync(PlaceOf(head.Name), cancellation).ConfigureAwait(false);
            using (value)
            {
                if (state == SecretState.Open && Read(head.Name, value!.Reveal()) is { } key) keys.Add(key);
            }
        }

        return keys;
    }

    /// <inheritdoc />
    public ValueTask AddAsync(SigningKeyRecord key, CancellationToken cancellation)
    {
        var value = new byte[sizeof(long) + key.PrivateKey.Length];
        BinaryPrimitives.WriteInt64BigEndian(value, key.SignsFrom.UtcTicks);
        key.PrivateKey.CopyTo(value, sizeof(long));
        return secrets.SetAsync(PlaceOf(key.Id), value, cancellation);
    }

    /// <inheritdoc />
    public async ValueTask RemoveAsync(string id, CancellationToken cancellation) =>
        await secrets.RemoveAsync(PlaceOf(id), cancellation).ConfigureAwait(false);

    private static SecretPlace PlaceOf(string id) => new(Purpose, Owner, id);

    private static SigningKeyRecord? Read(string id, ReadOnlySpan<byte> value) => value.Length <= sizeof(long)
        ? null
        : new SigningKeyRecord(id, value[sizeof(long)..].ToArray(), new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(value), TimeSpan.Zero));
}
