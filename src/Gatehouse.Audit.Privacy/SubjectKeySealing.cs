using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Privacy;

/// <summary>
/// The key of the table of persons' keys: one half makes the digests by which rows are found, so that the table names no person, and the other one
/// seals the keys, each bound to its row. Used by one caller at a time.
/// </summary>
internal sealed class SubjectKeySealing : IDisposable
{
    /// <summary>Bytes of the key of a table.</summary>
    public const int KeyBytes = 2 * HalfBytes;

    private const int HalfBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] digestKey;
    private readonly AesGcm table;

    public SubjectKeySealing(ReadOnlySpan<byte> tableKey)
    {
        digestKey = tableKey[..HalfBytes].ToArray();
        table = new AesGcm(tableKey[HalfBytes..], TagBytes);
    }

    /// <summary>Returns the name of a table, which shows nothing about its key.</summary>
    public static string NameOf(ReadOnlySpan<byte> tableKey) => Base64Url.EncodeToString(
        HMACSHA256.HashData(tableKey[..HalfBytes], "the name of the table"u8).AsSpan(0, SubjectKeyRow.PseudonymBytes));

    /// <summary>Returns the digest by which the rows of a person are found.</summary>
    public byte[] OwnerId(SubjectOwner owner) => Digest("owner", owner, []);

    /// <summary>Returns the digest by which the row of a person, a class and a month is found.</summary>
    public byte[] Id(SubjectOwner owner, EntryClass entryClass, int month)
    {
        Span<byte> more = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(more, (int)entryClass);
        BinaryPrimitives.WriteInt32BigEndian(more[4..], month);
        return Digest("key", owner, more);
    }

    /// <summary>Seals a key for its row.</summary>
    public byte[] Seal(ReadOnlySpan<byte> key, byte[] id, byte[] pseudonym)
    {
        var box = new byte[NonceBytes + TagBytes + key.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        table.Encrypt(box.AsSpan(0, NonceBytes), key, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), [.. id, .. pseudonym]);
        return box;
    }

    /// <summary>Opens the key of a row.</summary>
    /// <exception cref="StoreException">The key is not one that was sealed for this row.</exception>
    public SubjectKey Open(SubjectKeyRow row)
    {
        var box = row.SealedKey.Span;
        Span<byte> key = stackalloc byte[SubjectKey.KeyBytes];
        if (box.Length != NonceBytes + TagBytes + key.Length) throw new StoreException("A key of the audit log's table has a wrong length.");
        try
        {
            table.Decrypt(box[..NonceBytes], box[(NonceBytes + TagBytes)..], box.Slice(NonceBytes, TagBytes), key,
                [.. row.Id.Span, .. row.Pseudonym.Span]);
            return new SubjectKey(row.Pseudonym, key);
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new StoreException("A key of the audit log's table does not open in its row. Restore the table from a copy.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Dispose()
    {
        table.Dispose();
        CryptographicOperations.ZeroMemory(digestKey);
    }

    // Each part behind its length, so that no two owners agree.
    private byte[] Digest(string what, SubjectOwner owner, ReadOnlySpan<byte> more)
    {
        using var digest = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, digestKey);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in (string[])[what, owner.Issuer, owner.Subject])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            digest.AppendData(length);
            digest.AppendData(bytes);
        }

        digest.AppendData(more);
        return digest.GetHashAndReset();
    }
}
