using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Consents in the file.</summary>
internal sealed class SqliteConsents(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IConsentStore
{
    private const string OnConflict =
        """
        ON CONFLICT (subject, client_id, resource) DO UPDATE SET
          client_name = excluded.client_name, redirect_uri = excluded.redirect_uri, scopes = excluded.scopes,
          made_at = excluded.made_at, valid_until = excluded.valid_until
        """;

    // The other consents of a subject, newest first: what is beyond the offset is the oldest.
    private const string DeleteOldest =
        """
        DELETE FROM consents WHERE rowid IN (
          SELECT rowid FROM consents WHERE subject = $0 AND NOT (client_id = $1 AND resource = $2) AND valid_until > $3
          ORDER BY made_at DESC LIMIT -1 OFFSET $4)
        """;

    private const string Delete = "DELETE FROM consents WHERE subject = $0 AND client_id = $1 AND resource = $2 AND valid_until > $3";

    private static readonly RowMap<ConsentRow> Map = new(
        "consents",
        3,
        ["subject", "client_id", "resource", "client_name", "redirect_uri", "scopes", "made_at", "valid_until"],
        static row => new(row.Text(0), row.Text(1), row.Text(3), row.Text(4), row.Text(2), row.Text(5), row.Moment(6), row.Moment(7)),
        static row =>
        [
            row.Subject, row.ClientId, row.Resource, row.ClientName, row.RedirectUri, row.Scopes, row.At.UtcTicks, row.Until.UtcTicks,
        ]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask PutAsync(ConsentRow row, int mostOfSubject, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfSubject, 1);
        await table.AddAsync(
            connection => Map.Exists(connection, row) || HasOldest(connection, row, mostOfSubject),
            connection => Put(connection, row, mostOfSubject),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ConsentRow?> FindAsync(
        string subject, string clientId, string resource, DateTimeOffset now, CancellationToken cancellation = default)
    {
        Check(subject, clientId, resource);
        var found = await table.ReadAsync(
            connection => Map.Select(
                connection, "WHERE subject = $0 AND client_id = $1 AND resource = $2 AND valid_until > $3", subject, clientId, resource,
                now.UtcTicks),
            cancellation).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ConsentRow>> ListAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        if (subject is not null) StoredText.Check(subject, nameof(subject));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await table.ReadAsync(connection => List(connection, subject, most, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveAsync(string subject, string clientId, string resource, CancellationToken cancellation = default)
    {
        Check(subject, clientId, resource);
        return await table.WriteAsync(
            connection =>
            {
                using var command = StoreTable.Command(connection, Delete, subject, clientId, resource, time.GetUtcNow().UtcTicks);
                return command.ExecuteNonQuery() == 1;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private static IReadOnlyList<ConsentRow> List(SqliteConnection connection, string? subject, int most, DateTimeOffset now) => subject is null
        ? Map.Select(connection, "WHERE valid_until > $0 ORDER BY subject, client_id, resource LIMIT $1", now.UtcTicks, most)
        : Map.Select(
            connection, "WHERE valid_until > $0 AND subject = $2 ORDER BY subject, client_id, resource LIMIT $1", now.UtcTicks, most, subject);

    private bool Put(SqliteConnection connection, ConsentRow row, int most)
    {
        using var oldest = StoreTable.Command(
            connection, DeleteOldest, row.Subject, row.ClientId, row.Resource, time.GetUtcNow().UtcTicks, most - 1);
        oldest.ExecuteNonQuery();
        return Map.Insert(connection, OnConflict, row);
    }

    // A subject at its most gets the place of its own oldest.
    private bool HasOldest(SqliteConnection connection, ConsentRow row, int most) => Map.Select(
        connection, "WHERE subject = $0 AND valid_until > $1 LIMIT 1 OFFSET $2", row.Subject, time.GetUtcNow().UtcTicks, most - 1).Count > 0;

    private static void Check(string subject, string clientId, string resource)
    {
        StoredText.Check(subject, nameof(subject));
        StoredText.Check(clientId, nameof(clientId));
        StoredText.Check(resource, nameof(resource));
    }
}
