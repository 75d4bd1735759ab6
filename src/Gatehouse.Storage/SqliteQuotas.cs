using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Use of quotas in the file.</summary>
internal sealed class SqliteQuotas(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IQuotaStore
{
    // Of two counts of one day the larger holds: a late write gives back no use.
    private const string OnConflict =
        """
        ON CONFLICT (digest) DO UPDATE SET
          requests = CASE WHEN day = excluded.day THEN MAX(requests, excluded.requests) ELSE excluded.requests END,
          bytes = CASE WHEN day = excluded.day THEN MAX(bytes, excluded.bytes) ELSE excluded.bytes END,
          day = excluded.day,
          valid_until = excluded.valid_until
        WHERE excluded.day >= day
        """;

    private static readonly RowMap<QuotaDayRow> Map = new(
        "quota_days",
        1,
        ["digest", "day", "requests", "bytes", "valid_until"],
        static row => new(row.Text(0), (int)row.Number(1), row.Number(2), row.Number(3)),
        static row => [row.Digest, row.Day, row.Requests, row.Bytes, row.Until.UtcTicks]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask SaveAsync(QuotaDayRow row, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        await table.AddAsync(connection => Map.Exists(connection, row), connection => Map.Insert(connection, OnConflict, row),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<QuotaDayRow>> ListAsync(int day, CancellationToken cancellation = default) => table.ReadAsync(
        connection => Map.Select(connection, "WHERE day = $0 ORDER BY digest", day), cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);
}
