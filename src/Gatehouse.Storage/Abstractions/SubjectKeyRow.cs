namespace Gatehouse.Storage.Abstractions;

/// <summary>A key under which entries of the audit log about one person are sealed: one for each person, class of entries and month.</summary>
/// <param name="Id">A keyed digest of owner, class and month; 32 bytes, unique.</param>
/// <param name="Owner">A keyed digest of the owner; 32 bytes. All keys of a person have the same.</param>
/// <param name="Pseudonym">Random; 16 bytes, unique. Entries name the key by it.</param>
/// <param name="Class">The class of entries; 0 to 15.</param>
/// <param name="Month">Months since January of year 0.</param>
/// <param name="SealedKey">The key, sealed to the id and the pseudonym; at most 256 bytes.</param>
public sealed record SubjectKeyRow(
    ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Owner, ReadOnlyMemory<byte> Pseudonym, int Class, int Month, ReadOnlyMemory<byte> SealedKey)
{
    /// <summary>The bytes of an id and of an owner.</summary>
    public const int DigestBytes = 32;

    /// <summary>The bytes of a pseudonym.</summary>
    public const int PseudonymBytes = 16;

    /// <summary>The most bytes of a sealed key.</summary>
    public const int MostSealedBytes = 256;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A member is out of its range.</exception>
    public void Validate()
    {
        if (Id.Length != DigestBytes || Owner.Length != DigestBytes) throw new ArgumentException("Id and owner have 32 bytes.", nameof(Id));
        if (Pseudonym.Length != PseudonymBytes) throw new ArgumentException("A pseudonym has 16 bytes.", nameof(Pseudonym));
        if (SealedKey.Length is 0 or > MostSealedBytes) throw new ArgumentException("A sealed key has 1 to 256 bytes.", nameof(SealedKey));
        if (Class is < 0 or > 15) throw new ArgumentOutOfRangeException(nameof(Class));
        ArgumentOutOfRangeException.ThrowIfNegative(Month);
    }
}
