using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Open sessions in the file.</summary>
internal sealed class SqliteSessions(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : ISessionStore
{
    private const string OnConflict = "ON CONFLICT (session_uid) DO UPDATE SET valid_until = MAX(valid_until, excluded.valid_until)";

    private static readonly RowMap<OpenSessionRow> Map = new(
        "open_sessions",
        1,
        ["session_uid", "owner_digest", "valid_until"],
        static row => new(row.Text(0), row.Text(1), row.Moment(2)),
        static row => [row.SessionUid, row.Owner, row.Until.UtcTicks]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask AddAsync(OpenSessionRow row, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        await table.AddAsync(connection => Map.Exists(connection, row), connection => Map.Insert(connection, OnConflict, row),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveAsync(string sessionUid, CancellationToken cancellation = default)
    {
        StoredText.Check(sessionUid, nameof(sessionUid));
        return await table.WriteAsync(connection => table.Remove(connection, "session_uid", sessionUid), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OpenSessionRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) => table.ReadAsync(
        connection => Map.Select(connection, "WHERE valid_until > $0 ORDER BY valid_until, session_uid", now.UtcTicks), cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);
}
