using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Use of quotas in the store.</summary>
internal sealed class QuotaStore(Database database, int rowLimit, TimeProvider time) : IQuotaStore
{
    // Of two counts of one day the larger holds: a late write gives back no use.
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          requests = CASE WHEN old.day = excluded.day AND old.requests > excluded.requests THEN old.requests ELSE excluded.requests END,
          bytes = CASE WHEN old.day = excluded.day AND old.bytes > excluded.bytes THEN old.bytes ELSE excluded.bytes END,
          day = excluded.day,
          valid_until = excluded.valid_until
        WHERE excluded.day >= old.day
        """;

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "quota_days",
        """
        CREATE TABLE quota_days (
          key BLOB NOT NULL PRIMARY KEY,
          digest TEXT NOT NULL,
          day INTEGER NOT NULL,
          requests INTEGER NOT NULL,
          bytes INTEGER NOT NULL,
          valid_until INTEGER NOT NULL
        ) WITHOUT ROWID;
        """);

    private static readonly RowMap<QuotaDayRow> Map = new(
        "quota_days",
        ["digest", "day", "requests", "bytes", "valid_until"],
        static row => new(row.Text(0), (int)row.Number(1), row.Number(2), row.Number(3)),
        static row => RowKey.Of(row.Digest),
        static row => [row.Digest, row.Day, row.Requests, row.Bytes, row.Until.UtcTicks]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask SaveAsync(QuotaDayRow row, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        await table.AddAsync(work => Map.ExistsAsync(work, row), work => Map.InsertAsync(work, OnConflict, row), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<QuotaDayRow>> ListAsync(int day, CancellationToken cancellation = default) => table.ReadAsync(
        work => Map.SelectAsync(work, "WHERE day = $1 ORDER BY digest", day), cancellation);
}
