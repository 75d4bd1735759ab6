using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>Open sessions in the database.</summary>
internal sealed class PostgreSqlSessions(Database database, int rowLimit, TimeProvider time) : ISessionStore
{
    private const string OnConflict = "ON CONFLICT (key) DO UPDATE SET valid_until = GREATEST(old.valid_until, excluded.valid_until)";

    private static readonly RowMap<OpenSessionRow> Map = new(
        "open_sessions",
        ["session_uid", "owner_digest", "valid_until"],
        static row => new(row.Text(0), row.Text(1), row.Moment(2)),
        static row => RowKey.Of(row.SessionUid),
        static row => [row.SessionUid, row.Owner, row.Until.UtcTicks]);

    private readonly StoreTable table = new(Map.Table, database, rowLimit, time);

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
