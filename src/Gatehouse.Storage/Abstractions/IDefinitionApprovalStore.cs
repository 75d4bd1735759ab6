namespace Gatehouse.Storage.Abstractions;

/// <summary>Approvals of definitions that were given to a running gateway, those that were taken back, and what was seen on first use.</summary>
public interface IDefinitionApprovalStore
{
    /// <summary>Most bytes of a definition.</summary>
    const int LongestDefinition = 4 << 20;

    /// <summary>
    /// Adds a person's approval or revocation. An approval ends every revocation of the same digest; a revocation ends every approval of it. The
    /// row and what it ends are written together or not at all. A person's earlier row about the same digest is replaced.
    /// </summary>
    /// <exception cref="ArgumentException">A text is too long or no text, or the definition is too long.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    ValueTask AddAsync(DefinitionApprovalRow row, CancellationToken cancellation = default);

    /// <summary>
    /// Adds what the gateway took by itself on first use. The last tenth of the table stays free of it: whatever servers and callers show,
    /// people can approve and take back (CWE-770).
    /// </summary>
    /// <exception cref="ArgumentException">A text is too long or no text, or the definition is too long.</exception>
    /// <exception cref="StoreException">Nothing was added: there is no more room for it, or the disk refused.</exception>
    ValueTask AddSeenAsync(DefinitionApprovalRow row, CancellationToken cancellation = default);

    /// <summary>
    /// Renames the source in a server's rows, for one that is written in another form now. A row that is there under the new name stays.
    /// </summary>
    /// <param name="server">The server's name in the configuration.</param>
    /// <param name="before">The source as it was written.</param>
    /// <param name="now">The source as it is written now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">The text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    ValueTask MoveAsync(string server, string before, string now, CancellationToken cancellation = default);

    /// <summary>All rows that still count, oldest first.</summary>
    /// <param name="now">Those whose end is not later are left out.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<DefinitionApprovalRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default);
}
