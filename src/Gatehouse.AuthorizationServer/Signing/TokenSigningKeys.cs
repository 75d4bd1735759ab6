using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.AuthorizationServer.Signing;

/// <summary>
/// The keys that sign access tokens (ES256), and their rotation. Each key is published before it signs, and stays published until every token that it
/// signed is over. Safe for concurrent use.
/// </summary>
/// <remarks>A lost key has a defined result: a new key signs, and the tokens of the lost key are not valid any more.</remarks>
/// <param name="store">The keys in the store.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenSigningKeys(ISigningKeyStore store, TimeProvider time) : IIssuerKeys, IDisposable
{
    /// <summary>The time for which others may keep the published key set.</summary>
    public static readonly TimeSpan DocumentLife = TimeSpan.FromMinutes(5);

    /// <summary>The time for which a key is published before it signs: longer than a copy of the key set is kept.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromMinutes(15);

    /// <summary>The time for which a key signs.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(30);

    /// <summary>
    /// The time for which a key stays published after it signed: the longest life of an access token, and the difference of clocks.
    /// </summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(70);

    private const string Algorithm = "ES256";
    private const int IdentifierBytes = 16;
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReadAgainForUnknown = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Lock gate = new();
    private volatile State? state;
    private (string Id, ECDsa Key)? signer;

    /// <inheritdoc/>
    public long Generation => state?.Keys.Generation ?? 0;

    /// <summary>Returns the key set as it is published.</summary>
    /// <exception cref="Storage.Abstractions.StoreException">The keys cannot be read.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> DocumentAsync(CancellationToken cancellation) =>
        (await KeysAsync(ReadAgain, cancellation).ConfigureAwait(false)).Document;

    /// <summary>Signs the claims of an access token (RFC 9068 §2.1).</summary>
    /// <exception cref="Storage.Abstractions.StoreException">The keys cannot be read.</exception>
    public async ValueTask<string> SignAsync(ReadOnlyMemory<byte> claims, CancellationToken cancellation)
    {
        var keys = await KeysAsync(ReadAgain, cancellation).ConfigureAwait(false);
        var record = keys.Signer(time.GetUtcNow()) ?? keys.Keys[0];
        var header = Encoding.ASCII.GetBytes($$"""{"alg":"{{Algorithm}}","typ":"at+jwt","kid":"{{record.Id}}"}""");
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims.Span)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(record, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Reads a token that one of the keys signed.</summary>
    /// <returns>The claims; null when it is no token of these keys.</returns>
    /// <exception cref="Storage.Abstractions.StoreException">The keys cannot be read.</exception>
    public async ValueTask<byte[]?> ReadAsync(string token, CancellationToken cancellation)
    {
        if (!Ascii.IsValid(token))
            return null;
        var ascii = Encoding.ASCII.GetBytes(token);
        if (CompactJws.TryRead(ascii, out var jws) is not null || jws!.Header.KeyId is null || jws.Header.Algorithm != Algorithm
            || !string.Equals(jws.Header.Type, "at+jwt", StringComparison.OrdinalIgnoreCase))
            return null;
        var keys = await KeysAsync(ReadAgain, cancellation).ConfigureAwait(false);
        return keys.Set.Find(jws.Header.KeyId, Algorithm).Key is { } key && jws.IsSignedBy(ascii, key, SignatureAlgorithm.Find(Algorithm)!)
            ? jws.Payload : null;
    }

    /// <inheritdoc/>
    public async ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CallerPartition peer, CancellationToken cancellationToken)
    {
        try
        {
            var keys = await KeysAsync(ReadAgain, cancellationToken).ConfigureAwait(false);

            // Another gateway of the same store may have made the key. Strangers invent key ids, so the store is read only now and then.
            if (keyId is not null && keys.Set.Find(keyId, algorithm).Refusal == TokenRefusal.UnknownKey)
                keys = await KeysAsync(ReadAgainForUnknown, cancellationToken).ConfigureAwait(false);
            return keys.Set.Find(keyId, algorithm) with { Generation = keys.Generation };
        }
        catch (Storage.Abstractions.StoreException)
        {
            return KeyLookup.None(TokenRefusal.KeysUnavailable) with { Generation = Generation };
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RefreshAfterBadSignatureAsync(CallerPartition peer, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Destroys the keys in memory.</summary>
    public void Dispose()
    {
        lock (gate)
            signer?.Key.Dispose();
        turn.Dispose();
    }

    private byte[] Sign(SigningKeyRecord record, byte[] signed)
    {
        lock (gate)
        {
            if (signer is not { } current || current.Id != record.Id)
            {
                signer?.Key.Dispose();
                var key = ECDsa.Create();
                key.ImportPkcs8PrivateKey(record.PrivateKey, out _);
                signer = current = (record.Id, key);
            }

            return current.Key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    private async ValueTask<LiveKeys> KeysAsync(TimeSpan oldest, CancellationToken cancellation)
    {
        if (state is { } known && IsYoung(known, oldest))
            return known.Keys;
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (state is not { } read || !IsYoung(read, oldest))
                state = read = new State(await LoadAsync(CancellationToken.None).ConfigureAwait(false), time.GetTimestamp());
            return read.Keys;
        }
        finally
        {
            turn.Release();
        }
    }

    private bool IsYoung(State known, TimeSpan oldest) => time.GetElapsedTime(known.ReadAt) < oldest;

    private async ValueTask<LiveKeys> LoadAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var keys = LiveKeys.Of(await store.ListAsync(cancellation).ConfigureAwait(false), state?.Keys);
        if (NextFrom(keys, now) is { } from)
        {
            await store.AddAsync(Make(from), cancellation).ConfigureAwait(false);

            // Listed again, so that two gateways that make a key at the same moment publish both.
            keys = LiveKeys.Of(await store.ListAsync(cancellation).ConfigureAwait(false), keys);
        }

        var over = Over(keys, now);
        foreach (var key in over)
            await store.RemoveAsync(key.Id, cancellation).ConfigureAwait(false);
        return over.Count == 0 ? keys : LiveKeys.Of(keys.Keys.Except(over), keys);
    }

    // Without a key that signs now a new one signs immediately: there is no token of it that a reader could not verify yet.
    private static DateTimeOffset? NextFrom(LiveKeys keys, DateTimeOffset now)
    {
        if (keys.Signer(now) is null)
            return now;
        var end = keys.Keys[^1].SignsFrom + Period;
        return end - Lead <= now ? Later(end, now + Lead) : null;
    }

    private static List<SigningKeyRecord> Over(LiveKeys keys, DateTimeOffset now) =>
        [.. keys.Keys.Zip(keys.Keys.Skip(1)).Where(pair => pair.Second.SignsFrom + Overlap <= now).Select(pair => pair.First)];

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static SigningKeyRecord Make(DateTimeOffset from)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKeyRecord(
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdentifierBytes)), key.ExportPkcs8PrivateKey(), from);
    }

    private sealed record State(LiveKeys Keys, long ReadAt);
}
