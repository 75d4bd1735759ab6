using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Registered clients in the file.</summary>
internal sealed class SqliteClients(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IClientStore
{
    // Only a row whose time is over is replaced. $5 is the moment.
    private const string OnConflict =
        """
        ON CONFLICT (id) DO UPDATE SET
          party_digest = excluded.party_digest, made_at = excluded.made_at, valid_until = excluded.valid_until, metadata = excluded.metadata
        WHERE valid_until <= $5
        """;

    // A client that was kept lives longer than one that was only added. $2 is the life of the latter.
    private const string NeverKept = "valid_until > $0 AND valid_until - made_at <= $2";

    private const string GiveWay = $"DELETE FROM clients WHERE id = (SELECT id FROM clients WHERE {NeverKept} ORDER BY made_at, id LIMIT 1)";

    private const string GiveWayOfParty =
        $"DELETE FROM clients WHERE id = (SELECT id FROM clients WHERE {NeverKept} AND party_digest = $1 ORDER BY made_at, id LIMIT 1)";

    private const string Keep = "UPDATE clients SET valid_until = MAX(valid_until, $1) WHERE id = $0 AND valid_until > $2";

    private static readonly RowMap<ClientRow> Map = new(
        "clients",
        1,
        ["id", "party_digest", "made_at", "valid_until", "metadata"],
        static row => new(row.Text(0), row.Bytes(4), row.Digest(1), row.Moment(2), row.Moment(3)),
        static row => [row.Id, Hex(row.Party), row.At.UtcTicks, row.Until.UtcTicks, row.Metadata.ToArray()]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask<bool> AddAsync(ClientRow row, int most, int mostOfParty, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfParty, 1);
        return await table.AddAsync(
            connection => Map.Exists(connection, row),
            connection => !IsThere(connection, row) && MakeRoom(connection, row, most, mostOfParty)
                && Map.Insert(connection, OnConflict, row, time.GetUtcNow().UtcTicks),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ClientRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        var found = await table.ReadAsync(
            connection => Map.Select(connection, "WHERE id = $0 AND valid_until > $1", id, now.UtcTicks), cancellation).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    /// <inheritdoc />
    public ValueTask<bool> KeepAsync(string id, DateTimeOffset until, CancellationToken cancellation = default) =>
        ChangeAsync(Keep, id, until.UtcTicks, cancellation);

    /// <inheritdoc />
    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default) =>
        ChangeAsync("DELETE FROM clients WHERE id = $0 AND valid_until > $2", id, 0, cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private async ValueTask<bool> ChangeAsync(string sql, string id, long until, CancellationToken cancellation)
    {
        StoredText.Check(id, nameof(id));
        return await table.WriteAsync(
            connection =>
            {
                using var command = StoreTable.Command(connection, sql, id, until, time.GetUtcNow().UtcTicks);
                return command.ExecuteNonQuery() == 1;
            },
            cancellation).ConfigureAwait(false);
    }

    private bool IsThere(SqliteConnection connection, ClientRow row) =>
        Has(connection, "SELECT 1 FROM clients WHERE id = $0 AND valid_until > $1", row.Id, time.GetUtcNow().UtcTicks);

    // Only clients whose time is not over take a place. One that was kept is never dropped.
    private bool MakeRoom(SqliteConnection connection, ClientRow row, int most, int mostOfParty)
    {
        var (now, party, life) = (time.GetUtcNow().UtcTicks, Hex(row.Party), row.Until.UtcTicks - row.At.UtcTicks);
        if (Has(connection, "SELECT 1 FROM clients WHERE party_digest = $0 AND valid_until > $1 LIMIT 1 OFFSET $2", party, now, mostOfParty - 1))
            return Drop(connection, GiveWayOfParty, now, party, life);
        return !Has(connection, "SELECT 1 FROM clients WHERE valid_until > $0 LIMIT 1 OFFSET $1", now, most - 1)
            || Drop(connection, GiveWay, now, party, life);
    }

    private static bool Drop(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = StoreTable.Command(connection, sql, parameters);
        return command.ExecuteNonQuery() == 1;
    }

    private static bool Has(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = StoreTable.Command(connection, sql, parameters);
        return command.ExecuteScalar() is not null;
    }

    private static string Hex(ReadOnlyMemory<byte> digest) => Convert.ToHexStringLower(digest.Span);
}
