using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Revocations in the file.</summary>
internal sealed class SqliteRevocations(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IRevocationStore
{
    private const string OnConflict =
        """
        ON CONFLICT (kind, issuer, value) DO UPDATE SET
          made_at = MAX(made_at, excluded.made_at),
          valid_until = MAX(valid_until, excluded.valid_until),
          reason = excluded.reason,
          made_by = excluded.made_by
        """;

    private static readonly RowMap<RevocationRow> Map = new(
        "revocations",
        3,
        ["kind", "issuer", "value", "made_at", "valid_until", "reason", "made_by"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Moment(3), row.Moment(4), row.Text(5), row.Text(6)),
        static row => [row.Kind, row.Issuer, row.Value, row.At.UtcTicks, row.Until.UtcTicks, row.Reason, row.By]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask AddAsync(RevocationRow row, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        await table.AddAsync(connection => Map.Exists(connection, row), connection => Map.Insert(connection, OnConflict, row),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RevocationRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) => table.ReadAsync(
        connection => Map.Select(connection, "WHERE valid_until > $0 ORDER BY made_at, kind, issuer, value", now.UtcTicks), cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);
}
