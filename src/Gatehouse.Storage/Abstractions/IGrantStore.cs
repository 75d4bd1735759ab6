namespace Gatehouse.Storage.Abstractions;

/// <summary>Grants of people to clients, and the credentials of an authorization server.</summary>
/// <remarks>
/// <para>A credential is spent by one atomic act: of any number of concurrent acts exactly one gets <see cref="SpendOutcome.Spent"/>
/// (OAuth 2.1 §4.1.3, §4.3.1; MCP rows C10, C17). A spent credential stays until its time is over, so that a second use is noticed.</para>
/// <para>The threat: strangers begin sign-ins without end, and people cannot use their grants any more (CWE-770). Credentials without a grant have a
/// room of their own for this reason. A tenth of it is kept for those that follow from a spent one, because that person has signed in.</para>
/// <para>The same threat by one person: once half of the room for credentials of grants is used, a party that has a twentieth of it gets no further
/// one. Its spent credentials are not forgotten instead: a thief who spends quickly would hide the theft.</para>
/// </remarks>
public interface IGrantStore
{
    /// <summary>Adds a credential that belongs to no grant yet, or to a grant that is there.</summary>
    /// <param name="row">The credential; its digest is new for its kind.</param>
    /// <param name="mostOfParty">Credentials of this kind that one party may have, 1 or more; the party's oldest is forgotten for a new one.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the digest is there already, or its grant is not there: nothing was changed.</returns>
    /// <exception cref="ArgumentException">A part of the row is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was added: there is no room, or the disk refused.</exception>
    ValueTask<bool> AddCredentialAsync(CredentialRow row, int mostOfParty, CancellationToken cancellation = default);

    /// <summary>Finds a credential that is not spent, not over, and whose grant has not ended.</summary>
    /// <exception cref="ArgumentException">The digest is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<(CredentialRow Credential, GrantRow? Grant)?> FindCredentialAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>
    /// Spends a credential and, in the same act, adds what follows from it. When the outcome is not <see cref="SpendOutcome.Spent"/>, nothing is
    /// added.
    /// </summary>
    /// <param name="kind">The kind.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="successor">Sealed, returned to a later use of the same credential; may be empty.</param>
    /// <param name="added">
    /// The credentials that follow from it, with digests that are new for their kind; of its own grant, or of <paramref name="grant"/>.
    /// </param>
    /// <param name="grant">A grant that begins with this act, with a new identifier; null when none does.</param>
    /// <param name="mostOfSubject">Grants that one subject may have; its oldest is ended for a new one. Only with <paramref name="grant"/>.</param>
    /// <param name="now">The moment of the act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">A part of a row is out of its range, or an added credential belongs to another grant.</exception>
    /// <exception cref="StoreException">Nothing was spent: there is no room, a row that is added is there already, or the disk refused.</exception>
    ValueTask<SpendResult> SpendAsync(
        CredentialKind kind, ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> successor, IReadOnlyList<CredentialRow> added, GrantRow? grant,
        int mostOfSubject, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Ends a grant and removes its credentials, except that spent ones stay so that a second use is noticed.</summary>
    /// <returns>The grant; null when there was none or it had ended: exactly one of several concurrent acts gets it.</returns>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was ended: the disk refused.</exception>
    ValueTask<GrantRow?> EndGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Removes one credential that is not spent. A spent one stays, so that a second use is noticed.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="ArgumentException">The digest is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was removed: the disk refused.</exception>
    ValueTask<bool> RemoveCredentialAsync(CredentialKind kind, ReadOnlyMemory<byte> digest, CancellationToken cancellation = default);

    /// <summary>Replaces the sealed facts of a grant, if they are still those that were read.</summary>
    /// <param name="row">The grant as it was read.</param>
    /// <param name="facts">The new facts; 1 to <see cref="CredentialRow.MostSealedBytes"/> bytes.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the grant has ended, or another act replaced its facts: nothing was changed.</returns>
    /// <exception cref="ArgumentException">A part of the row is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was replaced: the disk refused.</exception>
    ValueTask<bool> ReplaceFactsAsync(GrantRow row, ReadOnlyMemory<byte> facts, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Finds a grant that has not ended.</summary>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<GrantRow?> FindGrantAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>The grants that have not ended, the oldest first.</summary>
    /// <param name="subject">Only those of this subject; null for all.</param>
    /// <param name="most">At most so many, 1 or more.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">The subject is too long or no text, or the number is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<GrantRow>> ListGrantsAsync(string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default);
}
