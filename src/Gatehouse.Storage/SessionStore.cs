using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Open sessions in the store.</summary>
internal sealed class SessionStore(Database database, int rowLimit, TimeProvider time) : ISessionStore
{
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          valid_until = CASE WHEN old.valid_until > excluded.valid_until THEN old.valid_until ELSE excluded.valid_until END
        """;

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "open_sessions",
        """
        CREATE TABLE open_sessions (
          key BLOB NOT NULL PRIMARY KEY,
          session_uid TEXT NOT NULL,
          owner_digest TEXT NOT NULL,
          valid_until INTEGER NOT NULL
        ) WITHOUT ROWID;
        """);

    private static readonly RowMap<OpenSessionRow> Map = new(
        "open_sessions",
        ["session_uid", "owner_digest", "valid_until"],
        static row => new(row.Text(0), row.Text(1), row.Moment(2)),
        static row => RowKey.Of(row.SessionUid),
        static row => [row.SessionUid, row.Owner, row.Until.UtcTicks]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask AddAsync(OpenSessionRow row, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        await table.AddAsync(work => Map.ExistsAsync(work, row), work => Map.InsertAsync(work, OnConflict, row), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveAsync(string sessionUid, CancellationToken cancellation = default)
    {
        StoredText.Check(sessionUid, nameof(sessionUid));
        return await table.RemoveAsync(RowKey.Of(sessionUid), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OpenSessionRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) => table.ReadAsync(
        work => Map.SelectAsync(work, "WHERE valid_until > $1 ORDER BY valid_until, session_uid", now.UtcTicks), cancellation);
}
