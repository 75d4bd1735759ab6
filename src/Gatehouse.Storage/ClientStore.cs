using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Registered clients in the store.</summary>
internal sealed class ClientStore(Database database, int rowLimit, TimeProvider time) : IClientStore
{
    // Only a row whose time is over is replaced. $7 is the moment.
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          party_digest = excluded.party_digest, made_at = excluded.made_at, valid_until = excluded.valid_until, metadata = excluded.metadata
        WHERE old.valid_until <= $7
        """;

    // A client that was kept lives longer than one that was only added. $2 is the life of the latter.
    private const string NeverKept = "valid_until > $1 AND valid_until - made_at <= $2";

    private const string GiveWay = $"DELETE FROM clients WHERE key = (SELECT key FROM clients WHERE {NeverKept} ORDER BY made_at, id LIMIT 1)";

    private const string GiveWayOfParty =
        $"DELETE FROM clients WHERE key = (SELECT key FROM clients WHERE {NeverKept} AND party_digest = $3 ORDER BY made_at, id LIMIT 1)";

    private const string Keep =
        "UPDATE clients SET valid_until = CASE WHEN valid_until > $3 THEN valid_until ELSE $3 END WHERE key = $1 AND valid_until > $2";

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "clients",
        """
        CREATE TABLE clients (
          key BLOB NOT NULL PRIMARY KEY,
          id TEXT NOT NULL,
          party_digest BLOB NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          metadata BLOB NOT NULL
        );
        CREATE INDEX clients_party ON clients (party_digest, valid_until);
        CREATE INDEX clients_made ON clients (made_at);
        """);

    private static readonly RowMap<ClientRow> Map = new(
        "clients",
        ["id", "party_digest", "made_at", "valid_until", "metadata"],
        static row => new(row.Text(0), row.Bytes(4), row.Bytes(1), row.Moment(2), row.Moment(3)),
        static row => RowKey.Of(row.Id),
        static row => [row.Id, row.Party.ToArray(), row.At.UtcTicks, row.Until.UtcTicks, row.Metadata.ToArray()]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask<bool> AddAsync(ClientRow row, int most, int mostOfParty, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfParty, 1);
        return await table.AddAsync(
            work => Map.ExistsAsync(work, row),
            async work => !await IsThereAsync(work, row).ConfigureAwait(false)
                && await MakeRoomAsync(work, row, most, mostOfParty).ConfigureAwait(false)
                && await Map.InsertAsync(work, OnConflict, row, table.Now).ConfigureAwait(false),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ClientRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(
            work => Map.FindAsync(work, "WHERE key = $1 AND valid_until > $2", RowKey.Of(id), now.UtcTicks), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<bool> KeepAsync(string id, DateTimeOffset until, CancellationToken cancellation = default) =>
        ChangeAsync(Keep, id, cancellation, until.UtcTicks);

    /// <inheritdoc />
    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default) =>
        ChangeAsync("DELETE FROM clients WHERE key = $1 AND valid_until > $2", id, cancellation);

    private async ValueTask<bool> ChangeAsync(string sql, string id, CancellationToken cancellation, params object[] further)
    {
        StoredText.Check(id, nameof(id));
        return await table.WriteAsync(work => work.RunAsync(sql, [RowKey.Of(id), table.Now, .. further]), cancellation).ConfigureAwait(false) == 1;
    }

    private ValueTask<bool> IsThereAsync(Work work, ClientRow row) =>
        work.AnyAsync("SELECT 1 FROM clients WHERE key = $1 AND valid_until > $2", RowKey.Of(row.Id), table.Now);

    // Only clients whose time is not over take a place. One that was kept is never dropped.
    private async ValueTask<bool> MakeRoomAsync(Work work, ClientRow row, int most, int mostOfParty)
    {
        var (now, party, life) = (table.Now, row.Party.ToArray(), row.Until.UtcTicks - row.At.UtcTicks);
        if (await work.AnyAsync(
            "SELECT 1 FROM clients WHERE party_digest = $1 AND valid_until > $2 LIMIT 1 OFFSET $3", party, now, mostOfParty - 1)
            .ConfigureAwait(false))
        {
            return await work.RunAsync(GiveWayOfParty, now, life, party).ConfigureAwait(false) == 1;
        }

        return !await work.AnyAsync("SELECT 1 FROM clients WHERE valid_until > $1 LIMIT 1 OFFSET $2", now, most - 1).ConfigureAwait(false)
            || await work.RunAsync(GiveWay, now, life).ConfigureAwait(false) == 1;
    }
}
