using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Storage;

/// <summary>One key of the ring. Its bytes are used only to derive others from them.</summary>
internal sealed class RingKey
{
    public const int IdBytes = 8;
    public const int KeyBytes = 32;

    // Purposes are words of the code, not of callers. Code that makes them up pays with time, not with memory.
    private const int MostCached = 64;

    private readonly ConcurrentDictionary<string, byte[]> sealingKeys = [];
    private readonly byte[] id;
    private readonly byte[] key;

    public RingKey(byte[] id, DateTimeOffset created, byte[] key)
    {
        this.id = id;
        this.key = key;
        Created = created;
    }

    public ReadOnlySpan<byte> IdSpan => id;

    /// <summary>16 hexadecimal digits; no secret.</summary>
    public string Id => Convert.ToHexStringLower(id);

    public DateTimeOffset Created { get; }

    public static RingKey Generate(DateTimeOffset created) =>
        new(RandomNumberGenerator.GetBytes(IdBytes), created, RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>Makes a key that no message was sealed with, once for each process.</summary>
    public static RingKey GenerateDecoy() => Generate(DateTimeOffset.MinValue);

    /// <summary>Returns the key from which the keys of single messages of a purpose are derived.</summary>
    public byte[] SealingKey(string purpose)
    {
        if (sealingKeys.TryGetValue(purpose, out var cached))
            return cached;
        var derived = Derive("seal", purpose, [], KeyBytes);
        if (sealingKeys.Count < MostCached)
            sealingKeys.TryAdd(purpose, derived);
        return derived;
    }

    /// <summary>Returns the key from which the keys of single messages of an owner are derived. Not kept: owners have no bound.</summary>
    public byte[] OwnerKey(string purpose, IReadOnlyList<string> owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        using var parts = new MemoryStream();
        foreach (var part in owner) Append(parts, Encoding.UTF8.GetBytes(part));
        return Derive("seal-for", purpose, parts.ToArray(), KeyBytes);
    }

    /// <summary>Derives by HKDF-SHA-256 (RFC 5869) with a label in which each part follows its length, so that no two labels agree.</summary>
    public byte[] Derive(string use, string purpose, ReadOnlySpan<byte> info, int length)
    {
        using var label = new MemoryStream();
        Append(label, "gatehouse key ring 1"u8);
        Append(label, Encoding.ASCII.GetBytes(use));
        Append(label, Encoding.ASCII.GetBytes(purpose));
        Append(label, info);
        var derived = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt: [], info: label.ToArray());
        return derived;
    }

    /// <summary>Returns the key as the file holds it. A secret.</summary>
    public string Export() => Convert.ToBase64String(key);

    /// <summary>Returns the id, never the key.</summary>
    public override string ToString() => $"key {Id}";

    private static void Append(MemoryStream label, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        label.Write(length);
        label.Write(part);
    }
}
