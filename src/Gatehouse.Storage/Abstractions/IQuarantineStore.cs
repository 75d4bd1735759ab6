namespace Gatehouse.Storage.Abstractions;

/// <summary>Results that were withheld, sealed.</summary>
/// <remarks>
/// <para>Each act that changes a state is atomic: of any number of concurrent acts on one result exactly one changes it. It also marks the row as not
/// noted. As with <see cref="IApprovalStore"/> the entry of the audit log comes next, then the mark, then the effect. What is not noted is never
/// dropped, also when its time is over.</para>
/// <para>The content is removed in the act that delivers, deletes or expires the result. A result is over at its
/// <see cref="QuarantinedResultRow.Expires"/>: at that tick no act but the expiry finds it any more.</para>
/// <para>A finished row stays for lists until its time is over, within the bounds of <see cref="IApprovalStore.MostFinishedOfParty"/>.</para>
/// </remarks>
public interface IQuarantineStore
{
    /// <summary>Adds a result, kept and not noted.</summary>
    /// <param name="row">The result, with a new id, in state <see cref="QuarantineState.Kept"/>; its size is that of the content.</param>
    /// <param name="content">The sealed content.</param>
    /// <param name="bounds">The bounds.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether it was added; <see cref="ApprovalAdding.Exists"/> when the id is there.</returns>
    /// <exception cref="ArgumentException">A part is out of its range, or the state is another one.</exception>
    /// <exception cref="StoreException">Nothing was added: there is no room, or the disk refused.</exception>
    ValueTask<ApprovalAdding> AddAsync(
        QuarantinedResultRow row, ReadOnlyMemory<byte> content, QuarantineBounds bounds, CancellationToken cancellation = default);

    /// <summary>Finds a result that is not forgotten, in whatever state.</summary>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<QuarantinedResultRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Reads the sealed content of a kept or released result that is not over, to show it.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<byte[]?> ContentAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>The results that are not forgotten, the oldest first. Those that are over are among them until they expire.</summary>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <param name="most">At most so many, 1 or more: the newest ones.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">The number is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<QuarantinedResultRow>> ListAsync(
        QuarantineState? state, int most, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Finds the result of one of the calls that was released first and is not over.</summary>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<QuarantinedResultRow?> FindReleasedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Releases a kept result that is not over. The row is then not noted.</summary>
    /// <param name="id">The result.</param>
    /// <param name="release">Sealed facts about the release.</param>
    /// <param name="expires">When the release is over. The row is not forgotten before that.</param>
    /// <param name="now">The moment of the act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The row as it is now, for exactly one of several concurrent acts; null when there was nothing to release.</returns>
    /// <exception cref="ArgumentException">The identifier is too long or no text, or the facts are out of their range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<QuarantinedResultRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Takes the content of a released result that is not over, and removes it. The row is then not noted.</summary>
    /// <returns>The sealed content, for exactly one of several concurrent acts; null when there was nothing to take.</returns>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<byte[]?> DeliverAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Deletes the content of a kept or released result that is not over. The row is then not noted.</summary>
    /// <param name="id">The result.</param>
    /// <param name="release">Sealed facts about the person who deletes it. They replace those of a release.</param>
    /// <param name="now">The moment of the act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The row as it is now, for exactly one of several concurrent acts; null when there was nothing to delete.</returns>
    /// <exception cref="ArgumentException">The identifier is too long or no text, or the facts are out of their range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<QuarantinedResultRow?> DeleteAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Expires the kept and released results that are over, at most <see cref="IApprovalStore.MostExpired"/> in one act.</summary>
    /// <returns>The rows that this act expired, as they are now: not noted.</returns>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<IReadOnlyList<QuarantinedResultRow>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>
    /// Removes the sealed facts of an erased person from all results of that party. Contents that are left are deleted.
    /// </summary>
    /// <returns>The rows that this act deleted, the oldest first, as they are now: not noted.</returns>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<IReadOnlyList<QuarantinedResultRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Marks that the entry about a state is in the audit log. Does nothing if the state is another one by now.</summary>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask NoteAsync(string id, QuarantineState state, CancellationToken cancellation = default);

    /// <summary>All results whose state is not noted, those that changed first before others, also those that are over.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<QuarantinedResultRow>> UnnotedAsync(CancellationToken cancellation = default);

    /// <summary>Number and bytes of the results that are kept.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<QuarantineUse> UseAsync(DateTimeOffset now, CancellationToken cancellation = default);
}
