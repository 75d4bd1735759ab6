namespace Gatehouse.Storage.Abstractions;

/// <summary>Servers, tools, users, clients and sessions that are contained.</summary>
/// <remarks>
/// A containment is in force from the moment at which it is durable. Each act that makes or releases one is atomic and marks the row as not noted, so
/// that after a crash the entry of the audit log follows. A containment that is in force is never dropped for another one, nor is one that is
/// not noted.
/// </remarks>
public interface IContainmentStore
{
    /// <summary>Adds a containment, in force and not noted.</summary>
    /// <param name="row">The containment, with a new id and not released.</param>
    /// <param name="most">Containments in force that there may be, this one included; 1 or more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether it was added; <see cref="ApprovalAdding.Exists"/> when one in force has its target.</returns>
    /// <exception cref="ArgumentException">A part of the row is out of its range, it is released, or its id is there already.</exception>
    /// <exception cref="StoreException">Nothing was added: there is no room, or the disk refused.</exception>
    ValueTask<ApprovalAdding> AddAsync(ContainmentRow row, int most, CancellationToken cancellation = default);

    /// <summary>The containments in force, the oldest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<ContainmentRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Releases a containment that is in force. The row is then not noted.</summary>
    /// <param name="id">The containment.</param>
    /// <param name="release">Sealed facts about the release.</param>
    /// <param name="now">The moment of the act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The row as it is now, for exactly one of several concurrent acts; null when none in force has the id.</returns>
    /// <exception cref="ArgumentException">The identifier is too long or no text, or the facts are out of their range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<ContainmentRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>
    /// Marks that the entry about a state is in the audit log, and removes the row if it is released. Does nothing in the other state.
    /// </summary>
    /// <param name="id">The containment.</param>
    /// <param name="isReleased">The state that the entry is about.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask NoteAsync(string id, bool isReleased, CancellationToken cancellation = default);

    /// <summary>All containments whose state is not noted, the oldest first, also those that are over.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<ContainmentRow>> UnnotedAsync(CancellationToken cancellation = default);
}
