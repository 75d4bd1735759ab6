using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Connections of people in the store.</summary>
internal sealed class ConnectionStore(Database database, int rowLimit, TimeProvider time) : IConnectionStore
{
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          provider = excluded.provider, revision = excluded.revision, made_at = excluded.made_at, valid_until = excluded.valid_until,
          sealed = excluded.sealed
        """;

    private const string HasOthers = "SELECT 1 FROM connections WHERE person_key = $1 AND key <> $2 AND valid_until > $3 LIMIT 1 OFFSET $4";

    private const string Replace =
        """
        UPDATE connections SET provider = $1, revision = $2, made_at = $3, valid_until = $4, sealed = $5
        WHERE key = $6 AND revision = $7 AND valid_until > $8
        """;

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "connections",
        """
        CREATE TABLE connections (
          key BLOB NOT NULL PRIMARY KEY,
          issuer TEXT NOT NULL,
          subject TEXT NOT NULL,
          server TEXT NOT NULL,
          provider TEXT NOT NULL,
          revision TEXT NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          person_key BLOB NOT NULL,
          sealed BLOB NOT NULL
        );
        CREATE INDEX connections_person ON connections (person_key, valid_until);
        """);

    private static readonly RowMap<ConnectionRow> Map = new(
        "connections",
        ["issuer", "subject", "server", "provider", "revision", "made_at", "valid_until", "person_key", "sealed"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Bytes(8), row.Moment(5), row.Moment(6)),
        static row => RowKey.Of(row.Issuer, row.Subject, row.Server),
        static row =>
        [
            row.Issuer, row.Subject, row.Server, row.Provider, row.Revision, row.At.UtcTicks, row.Until.UtcTicks,
            RowKey.Of(row.Issuer, row.Subject), row.Sealed.ToArray(),
        ]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask<bool> PutAsync(ConnectionRow row, int mostOfPerson, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfPerson, 1);
        return await table.AddAsync(work => Map.ExistsAsync(work, row), work => PutAsync(work, row, mostOfPerson), cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> ReplaceAsync(ConnectionRow row, string revision, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        StoredText.Check(revision, nameof(revision));
        return await table.WriteAsync(
            work => work.RunAsync(Replace, row.Provider, row.Revision, row.At.UtcTicks, row.Until.UtcTicks, row.Sealed.ToArray(), KeyOf(row),
                revision, table.Now),
            cancellation).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc />
    public async ValueTask<ConnectionRow?> FindAsync(
        string issuer, string subject, string server, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(issuer, nameof(issuer));
        StoredText.Check(subject, nameof(subject));
        StoredText.Check(server, nameof(server));
        return await table.ReadAsync(
            work => Map.FindAsync(work, "WHERE key = $1 AND valid_until > $2", RowKey.Of(issuer, subject, server), now.UtcTicks), cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ConnectionRow>> ListAsync(
        (string Issuer, string Subject)? person, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (person is not { } one)
        {
            return await table.ReadAsync(
                work => Map.SelectAsync(work, "WHERE valid_until > $1 ORDER BY issuer, subject, server LIMIT $2", now.UtcTicks, most), cancellation)
                .ConfigureAwait(false);
        }

        StoredText.Check(one.Issuer, nameof(person));
        StoredText.Check(one.Subject, nameof(person));
        return await table.ReadAsync(
            work => Map.SelectAsync(work, "WHERE person_key = $1 AND valid_until > $2 ORDER BY server LIMIT $3",
                RowKey.Of(one.Issuer, one.Subject), now.UtcTicks, most),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveAsync(ConnectionRow row, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        return await table.WriteAsync(
            work => work.RunAsync("DELETE FROM connections WHERE key = $1 AND revision = $2", KeyOf(row), row.Revision), cancellation)
            .ConfigureAwait(false) == 1;
    }

    private static byte[] KeyOf(ConnectionRow row) => RowKey.Of(row.Issuer, row.Subject, row.Server);

    // Threat: one person fills the table of all (CWE-770).
    private async ValueTask<bool> PutAsync(Work work, ConnectionRow row, int most)
    {
        if (await work.AnyAsync(HasOthers, RowKey.Of(row.Issuer, row.Subject), KeyOf(row), table.Now, most - 1).ConfigureAwait(false)) return false;
        return await Map.InsertAsync(work, OnConflict, row).ConfigureAwait(false);
    }
}
