using System.Buffers;
using System.Security.Cryptography;

namespace Gatehouse.Storage;

/// <summary>
/// The keys of a gateway: the newest seals, all open. Every use has a purpose of its own, from which its keys are derived (HKDF-SHA-256), so that a
/// message sealed for one never opens for another.
/// </summary>
/// <remarks>
/// <para>
/// Sealed messages are AES-256-GCM under a key of the message's own, safe for any number of messages that can be made. The subject
/// of a message (issuer, subject, client, server) belongs in the associated data, in an encoding that is unambiguous.
/// </para>
/// <para>A lost ring has a defined result: messages that it sealed no longer open, sessions are unknown and clients begin again.</para>
/// <para>Safe for concurrent use. <see cref="ToString"/> and exceptions hold no secret.</para>
/// </remarks>
public sealed class KeyRing
{
    /// <summary>The version of the file that this build writes.</summary>
    public const int FormatVersion = KeyRingFormat.Version;

    /// <summary>The most keys of a ring.</summary>
    public const int MostKeys = 32;

    /// <summary>The most bytes that can be sealed in one message.</summary>
    public const int MostPlaintextBytes = 1 << 20;

    /// <summary>The bytes that a sealed message has in addition to its plaintext.</summary>
    public const int SealedOverhead = SealedFormat.Overhead;

    private static readonly SearchValues<char> PurposeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-./");

    private readonly RingKey decoy = RingKey.GenerateDecoy();
    private readonly Lock rotation = new();
    private readonly TimeProvider time;
    private readonly string? path;
    private readonly bool canRotate;
    private volatile IReadOnlyList<RingKey> keys;
    private long generation;

    private KeyRing(IReadOnlyList<RingKey> keys, TimeProvider time, string? path, bool canRotate)
    {
        this.keys = keys;
        this.time = time;
        this.path = path;
        this.canRotate = canRotate;
    }

    /// <summary>The number of keys.</summary>
    public int Count => keys.Count;

    /// <summary>Grows when the keys change. A message that was opened in an earlier generation may no longer open.</summary>
    public long Generation => Interlocked.Read(ref generation);

    /// <summary>The id of the key that seals, 16 hexadecimal digits; no secret.</summary>
    public string NewestId => keys[^1].Id;

    /// <summary>Reads the ring of a file. Makes file (0600) and folder (0700) with one key where they are missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock that dates new keys.</param>
    /// <exception cref="KeyRingException">The file is open to other users, no key ring, of a newer version, or cannot be read. The message names the
    /// remedy.</exception>
    public static KeyRing OpenOrCreate(string path, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(time);
        path = Path.GetFullPath(path);
        return new(KeyRingFile.ReadOrCreate(path, time), time, path, canRotate: true);
    }

    /// <summary>Reads a ring that is kept elsewhere, such as in a secret store. It cannot be rotated here.</summary>
    /// <param name="json">UTF-8; <c>{"version":1,"keys":[{"id":"…","created":"…","key":"…"}]}</c>, oldest key first.</param>
    /// <exception cref="KeyRingException">It is no key ring, or of a newer version.</exception>
    public static KeyRing Parse(ReadOnlySpan<byte> json) =>
        new(KeyRingFormat.Parse(json, "The key ring"), TimeProvider.System, path: null, canRotate: false);

    /// <summary>Makes a ring with one key that is gone with the process.</summary>
    /// <param name="time">The clock that dates its keys.</param>
    public static KeyRing CreateInMemory(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new([RingKey.Generate(time.GetUtcNow())], time, path: null, canRotate: true);
    }

    /// <summary>
    /// Adds a key, which seals from now on. On return it is in the file, and on the disk. Keys that another process added to the file are taken over.
    /// </summary>
    /// <exception cref="InvalidOperationException">The ring is kept elsewhere and is rotated there.</exception>
    /// <exception cref="KeyRingException">The ring is full, another process rotates it, or the file cannot be written; then nothing has
    /// changed.</exception>
    public void Rotate()
    {
        if (!canRotate)
            throw new InvalidOperationException("This key ring is kept elsewhere. Add a key where it is kept, then reload.");
        lock (rotation)
            Use(path is null ? KeyRingFile.WithNewKey(keys, time) : KeyRingFile.Rotate(path, time));
    }

    /// <summary>Takes over the keys that another process added to the file. Without effect for a ring that has no file.</summary>
    /// <exception cref="KeyRingException">The file cannot be read; then nothing has changed.</exception>
    public void Refresh()
    {
        if (path is null) return;
        lock (rotation)
        {
            var read = KeyRingFile.ReadExisting(path);
            // An older copy would end what the newest key sealed, and an older key would seal again.
            if (!read.Any(key => key.Id == NewestId))
                throw new KeyRingException(
                    $"The key ring {path} lacks the key {NewestId}, which this process seals with. Put the file that has it back, or restart.");
            Use(read);
        }
    }

    /// <summary>Returns the id of the key that sealed a message, 16 hexadecimal digits; null when it is no sealed message.</summary>
    public static string? KeyIdOf(ReadOnlySpan<byte> message) =>
        message.Length >= SealedOverhead && message[0] == SealedFormat.Version ? Convert.ToHexStringLower(SealedFormat.KeyId(message)) : null;

    /// <summary>Returns whether the ring has the key that sealed a message. For messages of the gateway's own: the time of the answer depends on the
    /// id.</summary>
    public bool HasKeyOf(ReadOnlySpan<byte> message) => KeyIdOf(message) is { } id && keys.Any(key => key.Id == id);

    /// <summary>Seals a message with the newest key.</summary>
    /// <param name="purpose">The purpose; 1 to 64 of a-z, 0-9, '-', '.' and '/'. A word of the code, never from outside.</param>
    /// <param name="associatedData">The data that the message is bound to. It must be given again to open it, and is not part of the result.</param>
    /// <param name="plaintext">At most 1 MiB.</param>
    /// <returns>The plaintext's length and <see cref="SealedOverhead"/> bytes.</returns>
    /// <exception cref="ArgumentException">The purpose or the plaintext is out of its range.</exception>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        CheckPurpose(purpose);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plaintext.Length, MostPlaintextBytes, nameof(plaintext));
        var key = keys[^1];
        return SealedFormat.Seal(key, key.SealingKey(purpose), associatedData, plaintext);
    }

    /// <summary>
    /// Seals as <see cref="Seal"/>, under a key that is derived for one owner. The key of one owner opens nothing of another, and a wrong owner
    /// cannot open a message of another party.
    /// </summary>
    /// <param name="purpose">As in <see cref="Seal"/>. Never agrees with the purpose's key without an owner.</param>
    /// <param name="owner">The owner, in parts (issuer, subject); each enters the derivation behind its length, so that no two owners agree.</param>
    /// <param name="associatedData">As in <see cref="Seal"/>.</param>
    /// <param name="plaintext">At most 1 MiB.</param>
    /// <exception cref="ArgumentException">The purpose or the plaintext is out of its range.</exception>
    public byte[] SealFor(string purpose, IReadOnlyList<string> owner, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        CheckPurpose(purpose);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plaintext.Length, MostPlaintextBytes, nameof(plaintext));
        var key = keys[^1];
        var own = key.OwnerKey(purpose, owner);
        var message = SealedFormat.Seal(key, own, associatedData, plaintext);
        CryptographicOperations.ZeroMemory(own);
        return message;
    }

    /// <summary>Opens as <see cref="TryOpen"/> a message that <see cref="SealFor"/> sealed.</summary>
    /// <inheritdoc cref="TryOpen"/>
    public bool TryOpenFor(string purpose, IReadOnlyList<string> owner, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> message,
        out byte[] plaintext)
    {
        CheckPurpose(purpose);
        plaintext = [];
        if (message.Length is < SealedOverhead or > MostPlaintextBytes + SealedOverhead) return false;
        var own = (Find(message) ?? decoy).OwnerKey(purpose, owner);
        var opened = SealedFormat.TryOpen(own, associatedData, message, out plaintext);
        CryptographicOperations.ZeroMemory(own);
        return opened;
    }

    /// <summary>
    /// Opens a sealed message. For every fault (version, key, purpose, associated data, a changed bit) the answer and the work are the same. Only a
    /// length that no message has is answered immediately.
    /// </summary>
    /// <param name="purpose">As it was sealed.</param>
    /// <param name="associatedData">As it was sealed.</param>
    /// <param name="message">The sealed message; from anywhere.</param>
    /// <param name="plaintext">The sealed plaintext; empty when the result is false.</param>
    /// <exception cref="ArgumentException">The purpose is out of its range.</exception>
    public bool TryOpen(string purpose, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> message, out byte[] plaintext)
    {
        CheckPurpose(purpose);
        plaintext = [];
        if (message.Length is < SealedOverhead or > MostPlaintextBytes + SealedOverhead)
            return false;
        // With the decoy an unknown key id or version costs what a wrong tag costs, so that time tells no key ids.
        var key = Find(message) ?? decoy;
        return SealedFormat.TryOpen(key.SealingKey(purpose), associatedData, message, out plaintext);
    }

    /// <summary>
    /// Derives a key from the newest key of the ring, for keyed digests. It changes with a rotation: a later look-up by such a digest uses each of
    /// <see cref="DeriveKeys"/>.
    /// </summary>
    /// <param name="purpose">The purpose, as in <see cref="Seal"/>. Never agrees with a sealing key of the same purpose.</param>
    /// <param name="info">Further data that distinguishes the key from others of the purpose; may be empty.</param>
    /// <param name="length">1 to 64 bytes.</param>
    /// <exception cref="ArgumentException">The purpose or the length is out of its range.</exception>
    public byte[] DeriveKey(string purpose, ReadOnlySpan<byte> info, int length)
    {
        CheckDerivation(purpose, length);
        return keys[^1].Derive("derive", purpose, info, length);
    }

    /// <summary>Derives <see cref="DeriveKey"/> for each key of the ring, newest first.</summary>
    /// <inheritdoc cref="DeriveKey"/>
    public IReadOnlyList<byte[]> DeriveKeys(string purpose, ReadOnlySpan<byte> info, int length)
    {
        CheckDerivation(purpose, length);
        var keys = this.keys;
        var derived = new byte[keys.Count][];
        for (var index = 0; index < derived.Length; index++)
            derived[index] = keys[^(index + 1)].Derive("derive", purpose, info, length);
        return derived;
    }

    /// <summary>Returns the number of keys and the id of the one that seals; no secret.</summary>
    public override string ToString() => $"key ring of {Count}, newest {NewestId}";

    private static void CheckDerivation(string purpose, int length)
    {
        CheckPurpose(purpose);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 64);
    }

    // The keys first: whoever sees the generation sees them. Each reload reads the file, which seldom changed.
    private void Use(IReadOnlyList<RingKey> others)
    {
        var isSame = keys.Select(static key => key.Id).SequenceEqual(others.Select(static key => key.Id), StringComparer.Ordinal);
        keys = others;
        if (!isSame) Interlocked.Increment(ref generation);
    }

    private static void CheckPurpose(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        if (purpose.Length is < 1 or > 64 || purpose.AsSpan().ContainsAnyExcept(PurposeCharacters))
            throw new ArgumentException("A purpose is 1 to 64 of a-z, 0-9, '-', '.' and '/'.", nameof(purpose));
    }

    private RingKey? Find(ReadOnlySpan<byte> message)
    {
        RingKey? found = null;
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(key.IdSpan, SealedFormat.KeyId(message)))
                found = key;
        }

        return message[0] == SealedFormat.Version ? found : null;
    }
}
