using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>Revocations in the database.</summary>
internal sealed class PostgreSqlRevocations(Database database, int rowLimit, TimeProvider time) : IRevocationStore
{
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          made_at = GREATEST(old.made_at, excluded.made_at),
          valid_until = GREATEST(old.valid_until, excluded.valid_until),
          reason = excluded.reason,
          made_by = excluded.made_by
        """;

    private static readonly RowMap<RevocationRow> Map = new(
        "revocations",
        ["kind", "issuer", "value", "made_at", "valid_until", "reason", "made_by"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Moment(3), row.Moment(4), row.Text(5), row.Text(6)),
        static row => RowKey.Of(row.Kind, row.Issuer, row.Value),
        static row => [row.Kind, row.Issuer, row.Value, row.At.UtcTicks, row.Until.UtcTicks, row.Reason, row.By]);

    private readonly StoreTable table = new(Map.Table, database, rowLimit, time);

    /// <inheritdoc />
    public async ValueTask AddAsync(RevocationRow row, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        await table.AddAsync(work => Map.ExistsAsync(work, row), work => Map.InsertAsync(work, OnConflict, row), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RevocationRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) => table.ReadAsync(
        work => Map.SelectAsync(work, "WHERE valid_until > $1 ORDER BY made_at, kind, issuer, value", now.UtcTicks), cancellation);
}
