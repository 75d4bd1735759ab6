namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// Commands that wrappers asked to start on a person's machine, and those that the person approved (EX-05). An approval stays until it is
/// taken back; what was only asked for is forgotten after <see cref="AskedLife"/>, or when <see cref="MostAsked"/> others were asked for since.
/// </summary>
public interface ICommandApprovalStore
{
    /// <summary>Commands that were asked for and are kept without an approval.</summary>
    const int MostAsked = 256;

    /// <summary>How long a command that was asked for is kept without an approval.</summary>
    static readonly TimeSpan AskedLife = TimeSpan.FromDays(30);

    /// <summary>Adds a command that was asked for. One that is approved stays so, with its name and moment.</summary>
    /// <param name="digest">The command's digest, of all its parts.</param>
    /// <param name="name">Name of the server that asks.</param>
    /// <param name="content">The command in full, as JSON.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    ValueTask AskAsync(string digest, string name, string content, CancellationToken cancellation = default);

    /// <summary>Approves a command, whether it was asked for or not.</summary>
    /// <param name="digest">The command's digest, of all its parts.</param>
    /// <param name="name">Name of the server that asks.</param>
    /// <param name="content">The command in full, as JSON.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was approved: the table is full, or the disk refused.</exception>
    ValueTask ApproveAsync(string digest, string name, string content, CancellationToken cancellation = default);

    /// <summary>Takes an approval back, or forgets that a command was asked for.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="ArgumentException">The text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing changed: the disk refused.</exception>
    ValueTask<bool> RevokeAsync(string digest, CancellationToken cancellation = default);

    /// <summary>The command of the digest; null when it is not kept.</summary>
    /// <exception cref="ArgumentException">The text is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<CommandRow?> FindAsync(string digest, CancellationToken cancellation = default);

    /// <summary>All commands, the newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<CommandRow>> ListAsync(CancellationToken cancellation = default);
}
