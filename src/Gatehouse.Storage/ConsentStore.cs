using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Consents in the store.</summary>
internal sealed class ConsentStore(Database database, int rowLimit, TimeProvider time) : IConsentStore
{
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          client_name = excluded.client_name, redirect_uri = excluded.redirect_uri, scopes = excluded.scopes,
          made_at = excluded.made_at, valid_until = excluded.valid_until
        """;

    // The other consents of a subject, newest first: what is beyond the offset is the oldest.
    private const string DeleteOldest =
        """
        DELETE FROM consents WHERE key IN (
          SELECT key FROM consents WHERE subject_key = $1 AND key <> $2 AND valid_until > $3 ORDER BY made_at DESC LIMIT 2147483647 OFFSET $4)
        """;

    private const string HasOldest = "SELECT 1 FROM consents WHERE subject_key = $1 AND valid_until > $2 LIMIT 1 OFFSET $3";

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "consents",
        """
        CREATE TABLE consents (
          key BLOB NOT NULL PRIMARY KEY,
          subject TEXT NOT NULL,
          client_id TEXT NOT NULL,
          resource TEXT NOT NULL,
          client_name TEXT NOT NULL,
          redirect_uri TEXT NOT NULL,
          scopes TEXT NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          subject_key BLOB NOT NULL
        );
        CREATE INDEX consents_subject ON consents (subject_key, made_at);
        """);

    private static readonly RowMap<ConsentRow> Map = new(
        "consents",
        ["subject", "client_id", "resource", "client_name", "redirect_uri", "scopes", "made_at", "valid_until", "subject_key"],
        static row => new(row.Text(0), row.Text(1), row.Text(3), row.Text(4), row.Text(2), row.Text(5), row.Moment(6), row.Moment(7)),
        static row => RowKey.Of(row.Subject, row.ClientId, row.Resource),
        static row =>
        [
            row.Subject, row.ClientId, row.Resource, row.ClientName, row.RedirectUri, row.Scopes, row.At.UtcTicks, row.Until.UtcTicks,
            RowKey.Of(row.Subject),
        ]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask PutAsync(ConsentRow row, int mostOfSubject, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfSubject, 1);
        await table.AddAsync(
            async work => await Map.ExistsAsync(work, row).ConfigureAwait(false)
                // A subject at its most gets the place of its own oldest.
                || await work.AnyAsync(HasOldest, RowKey.Of(row.Subject), table.Now, mostOfSubject - 1).ConfigureAwait(false),
            work => PutAsync(work, row, mostOfSubject),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ConsentRow?> FindAsync(
        string subject, string clientId, string resource, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var key = Key(subject, clientId, resource);
        return await table.ReadAsync(
            work => Map.FindAsync(work, "WHERE key = $1 AND valid_until > $2", key, now.UtcTicks), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ConsentRow>> ListAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        if (subject is not null) StoredText.Check(subject, nameof(subject));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await table.ReadAsync(work => ListAsync(work, subject, most, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveAsync(string subject, string clientId, string resource, CancellationToken cancellation = default)
    {
        var key = Key(subject, clientId, resource);
        return await table.WriteAsync(
            work => work.RunAsync("DELETE FROM consents WHERE key = $1 AND valid_until > $2", key, table.Now), cancellation)
            .ConfigureAwait(false) == 1;
    }

    private static ValueTask<IReadOnlyList<ConsentRow>> ListAsync(Work work, string? subject, int most, DateTimeOffset now) => subject is null
        ? Map.SelectAsync(work, "WHERE valid_until > $1 ORDER BY subject, client_id, resource LIMIT $2", now.UtcTicks, most)
        : Map.SelectAsync(
            work, "WHERE valid_until > $1 AND subject_key = $3 ORDER BY subject, client_id, resource LIMIT $2", now.UtcTicks, most,
            RowKey.Of(subject));

    private async ValueTask<bool> PutAsync(Work work, ConsentRow row, int most)
    {
        await work.RunAsync(
            DeleteOldest, RowKey.Of(row.Subject), RowKey.Of(row.Subject, row.ClientId, row.Resource), table.Now, most - 1)
            .ConfigureAwait(false);
        return await Map.InsertAsync(work, OnConflict, row).ConfigureAwait(false);
    }

    private static byte[] Key(string subject, string clientId, string resource)
    {
        StoredText.Check(subject, nameof(subject));
        StoredText.Check(clientId, nameof(clientId));
        StoredText.Check(resource, nameof(resource));
        return RowKey.Of(subject, clientId, resource);
    }
}
