namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// The table of the keys under which the audit log seals what it holds about people. To destroy a key is to erase what was sealed under it, so a row
/// that was removed must leave no trace in the store. Safe for concurrent use.
/// </summary>
/// <remarks>Its acts block: a key is needed before an entry can be written, and nearly always it is in memory.</remarks>
public interface ISubjectKeyStore : IDisposable
{
    /// <summary>Returns the sealed key of the table; null where there is none yet.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ReadOnlyMemory<byte>? TableKey();

    /// <summary>Stores the sealed key of the table, on stable storage.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    void SetTableKey(ReadOnlyMemory<byte> sealedKey);

    /// <summary>Finds a row by its id.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    SubjectKeyRow? Find(ReadOnlyMemory<byte> id);

    /// <summary>Finds a row by its pseudonym.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    SubjectKeyRow? FindPseudonym(ReadOnlyMemory<byte> pseudonym);

    /// <summary>Returns the pseudonyms of an owner, in any order.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    IReadOnlyList<ReadOnlyMemory<byte>> Pseudonyms(ReadOnlyMemory<byte> owner);

    /// <summary>Adds a row, on stable storage. False where its id or pseudonym is there already; then nothing is changed.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    bool Add(SubjectKeyRow row);

    /// <summary>Removes rows by their pseudonyms, on stable storage. Only <see cref="TryOverwrite"/> says that they left no trace.</summary>
    /// <returns>The number of rows that were there.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    int Remove(IReadOnlyCollection<ReadOnlyMemory<byte>> pseudonyms);

    /// <summary>Removes rows of a class before a month, as <see cref="Remove"/> does: at most 500, so that others do not wait for all.</summary>
    /// <returns>The number of rows that were removed; 0 where none is left.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    int RemoveBefore(int @class, int month);

    /// <summary>Overwrites what removed rows have left in the store. Waits at most 1 s for other readers.</summary>
    /// <returns>False where another program still reads the rows of before, so that they are in the store: call it again later.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    bool TryOverwrite();

    /// <summary>Returns the number of rows of a class before a month.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    long CountBefore(int @class, int month);

    /// <summary>Returns the number of rows.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    long Count();
}
