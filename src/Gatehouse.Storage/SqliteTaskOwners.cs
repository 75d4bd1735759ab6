using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Owners of tasks in the file, as keyed digests.</summary>
internal sealed class SqliteTaskOwners(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : ITaskOwnerStore
{
    // An owner is never replaced while its row counts: a server that hands out an identifier twice must not give one
    // caller the other's task. $5 is the moment of the write.
    private const string OnConflict =
        """
        ON CONFLICT (server, task_digest) DO UPDATE SET
          owner_digest = excluded.owner_digest,
          caller_digest = excluded.caller_digest,
          valid_until = CASE WHEN owner_digest = excluded.owner_digest THEN MAX(valid_until, excluded.valid_until) ELSE excluded.valid_until END
        WHERE owner_digest = excluded.owner_digest OR valid_until <= $5
        """;

    // The oldest task of a caller with more than $1.
    private const string DeleteOldest =
        """
        DELETE FROM task_owners WHERE (server, task_digest) IN (
          SELECT server, task_digest FROM task_owners
          WHERE caller_digest = $0 AND EXISTS (SELECT 1 FROM task_owners WHERE caller_digest = $0 LIMIT 1 OFFSET $1)
          ORDER BY valid_until LIMIT 1)
        """;

    private static readonly RowMap<TaskOwnerRow> Map = new(
        "task_owners",
        2,
        ["server", "task_digest", "owner_digest", "valid_until", "caller_digest"],
        static row => new(row.Text(0), row.Digest(1), row.Digest(2), row.Digest(4), row.Moment(3)),
        static row => [row.Server, Hex(row.Task), Hex(row.Owner), row.Until.UtcTicks, Hex(row.Caller)]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

    /// <inheritdoc />
    public int RowLimit => rowLimit;

    /// <inheritdoc />
    public async ValueTask<bool> AddAsync(TaskOwnerRow row, int mostOfCaller, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        return await table.AddAsync(
            connection => Map.Exists(connection, row),
            connection => Map.Insert(connection, OnConflict, row, time.GetUtcNow().UtcTicks),
            cancellation,
            makeOwnRoom: connection => MakeOwnRoom(connection, Hex(row.Caller), mostOfCaller)).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<byte[]?> FindAsync(string server, ReadOnlyMemory<byte> task, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(server, nameof(server));
        StoredText.CheckDigest(task, nameof(task));
        var digest = Hex(task);
        var found = await table.ReadAsync(
            connection => Map.Select(connection, "WHERE server = $0 AND task_digest = $1 AND valid_until > $2", server, digest, now.UtcTicks),
            cancellation).ConfigureAwait(false);
        return found.Count > 0 ? found[0].Owner.ToArray() : null;
    }

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private static int MakeOwnRoom(SqliteConnection connection, string caller, int most)
    {
        using var command = StoreTable.Command(connection, DeleteOldest, caller, most - 1);
        return command.ExecuteNonQuery();
    }

    private static string Hex(ReadOnlyMemory<byte> digest) => Convert.ToHexStringLower(digest.Span);
}
