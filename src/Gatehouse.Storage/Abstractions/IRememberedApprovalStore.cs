namespace Gatehouse.Storage.Abstractions;

/// <summary>Answers of people that hold for later calls.</summary>
/// <remarks>
/// Each act that adds or forgets one is atomic, and marks the row as not noted. As with <see cref="IApprovalStore"/> the entry of the audit log comes
/// next, then the mark, then the effect. What is not noted is never dropped, also when its time is over.
/// </remarks>
public interface IRememberedApprovalStore
{
    /// <summary>Adds an answer, kept and not noted.</summary>
    /// <param name="row">The answer, with a new id and not forgotten.</param>
    /// <param name="mostOfParty">Kept ones that its party may have, this one included; 1 or more.</param>
    /// <param name="most">Kept ones that all parties may have, this one included; 1 or more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>
    /// Whether it was added; <see cref="ApprovalAdding.Exists"/> when a kept one has its scope. One that is over counts for nothing.
    /// </returns>
    /// <exception cref="ArgumentException">A part of the row is out of its range, it is forgotten, or its id is there already.</exception>
    /// <exception cref="StoreException">Nothing was added: there is no room, or the disk refused.</exception>
    ValueTask<ApprovalAdding> AddAsync(RememberedApprovalRow row, int mostOfParty, int most, CancellationToken cancellation = default);

    /// <summary>Finds the kept answer with one of the scopes, the first scope first.</summary>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<RememberedApprovalRow?> FindAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> scopes, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>The kept answers, the oldest first.</summary>
    /// <param name="most">At most so many, 1 or more: the newest ones.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">The number is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<RememberedApprovalRow>> ListAsync(int most, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>The kept answers for calls of the parties, the oldest first. The bound of a party is that of <see cref="AddAsync"/>.</summary>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<RememberedApprovalRow>> ListOfAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Forgets a kept answer. The row is then not noted.</summary>
    /// <returns>The row as it is now, for exactly one of several concurrent acts; null when no kept one has the id.</returns>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<RememberedApprovalRow?> ForgetAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Forgets all kept answers for calls of the parties, and all that the persons gave, in one act.</summary>
    /// <returns>The rows that this act forgot, the oldest first, as they are now: not noted.</returns>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAllAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default);

    /// <summary>As <see cref="ForgetAllAsync"/>, and removes the sealed facts of all rows of the parties and persons.</summary>
    /// <returns>The rows that this act forgot, the oldest first, as they are now: not noted and without facts.</returns>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<IReadOnlyList<RememberedApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default);

    /// <summary>
    /// Marks that the entry about a state is in the audit log, and removes the row if it is forgotten. Does nothing in the other state.
    /// </summary>
    /// <param name="id">The answer.</param>
    /// <param name="isForgotten">The state that the entry is about.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask NoteAsync(string id, bool isForgotten, CancellationToken cancellation = default);

    /// <summary>All answers whose state is not noted, the oldest first, also those that are over.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<RememberedApprovalRow>> UnnotedAsync(CancellationToken cancellation = default);
}
