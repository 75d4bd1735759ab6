using Gatehouse.Administration;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Connections;

/// <summary>The entries about connections in the audit log. They use the part of the log of the person. No token is a fact.</summary>
/// <param name="journal">The control entries.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionJournal(IAdministrationJournal journal, TimeProvider time)
{
    /// <summary>True when an entry can be written now. Without one no connection is made (AU-06).</summary>
    public bool IsAvailable => journal.IsAvailable;

    /// <summary>Writes that a person connected a service.</summary>
    /// <param name="row">The connection.</param>
    /// <param name="scopes">The scopes that the service granted.</param>
    /// <returns>Whether the entry is durable.</returns>
    public Task<bool> MadeAsync(ConnectionRow row, IEnumerable<string> scopes) =>
        NoteAsync("connection.made", row, isFollowing: false, ("scopes", string.Join(' ', scopes)));

    /// <summary>Writes that a connection ended.</summary>
    /// <param name="row">The connection.</param>
    /// <param name="cause">The cause, a word of <see cref="ConnectionCauses"/>.</param>
    /// <param name="isRevoked">Whether the service confirmed the revocation; null where none was asked for.</param>
    public Task<bool> EndedAsync(ConnectionRow row, string cause, bool? isRevoked) => NoteAsync("connection.ended", row, isFollowing: true,
        ("cause", cause), ("revoked", isRevoked switch { true => "yes", false => "no", _ => "" }));

    private Task<bool> NoteAsync(string act, ConnectionRow row, bool isFollowing, params (string Name, string Value)[] further) =>
        journal.Since(time.GetTimestamp()).NoteDurableOfAsync(CallerPartition.Of(row.Issuer, row.Subject), isFollowing, act,
            [("issuer", row.Issuer), ("subject", row.Subject), ("server", row.Server), ("provider", row.Provider), .. further]);
}
