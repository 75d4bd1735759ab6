using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Owners of tasks in the store, as keyed digests.</summary>
internal sealed class TaskOwnerStore(Database database, int rowLimit, TimeProvider time) : ITaskOwnerStore
{
    // An owner is never replaced while its row counts: a server that hands out an identifier twice must not give one
    // caller the other's task. $5 is the moment of the write.
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          owner_digest = excluded.owner_digest,
          caller_digest = excluded.caller_digest,
          valid_until = CASE WHEN old.owner_digest = excluded.owner_digest AND old.valid_until > excluded.valid_until THEN old.valid_until
            ELSE excluded.valid_until END
        WHERE old.owner_digest = excluded.owner_digest OR old.valid_until <= $5
        """;

    // The oldest task of a caller with more than $2.
    private const string DeleteOldest =
        """
        DELETE FROM task_owners WHERE key IN (
          SELECT key FROM task_owners
          WHERE caller_digest = $1 AND EXISTS (SELECT 1 FROM task_owners WHERE caller_digest = $1 LIMIT 1 OFFSET $2)
          ORDER BY valid_until LIMIT 1)
        """;

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "task_owners",
        """
        CREATE TABLE task_owners (
          key BLOB NOT NULL PRIMARY KEY,
          owner_digest BLOB NOT NULL,
          caller_digest BLOB NOT NULL,
          valid_until INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX task_owners_caller ON task_owners (caller_digest, valid_until);
        """);

    // Server and task are only in the key: what is not there cannot be read.
    private static readonly RowMap<TaskOwnerRow> Map = new(
        "task_owners",
        ["owner_digest", "caller_digest", "valid_until"],
        static row => new("", default, row.Bytes(0), row.Bytes(1), row.Moment(2)),
        static row => Key(row.Server, row.Task),
        static row => [row.Owner.ToArray(), row.Caller.ToArray(), row.Until.UtcTicks]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public int RowLimit => rowLimit;

    /// <inheritdoc />
    public async ValueTask<bool> AddAsync(TaskOwnerRow row, int mostOfCaller, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        return await table.AddAsync(
            work => Map.ExistsAsync(work, row),
            work => Map.InsertAsync(work, OnConflict, row, table.Now),
            cancellation,
            makeOwnRoom: work => work.RunAsync(DeleteOldest, row.Caller.ToArray(), mostOfCaller - 1)).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<byte[]?> FindAsync(string server, ReadOnlyMemory<byte> task, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(server, nameof(server));
        StoredText.CheckDigest(task, nameof(task));
        var found = await table.ReadAsync(
            work => Map.FindAsync(work, "WHERE key = $1 AND valid_until > $2", Key(server, task), now.UtcTicks), cancellation).ConfigureAwait(false);
        return found?.Owner.ToArray();
    }

    private static byte[] Key(string server, ReadOnlyMemory<byte> task) => RowKey.Of(server, Convert.ToHexStringLower(task.Span));
}
