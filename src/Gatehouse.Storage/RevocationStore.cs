using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Revocations in the store.</summary>
internal sealed class RevocationStore(Database database, int rowLimit, TimeProvider time) : IRevocationStore
{
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          made_at = CASE WHEN old.made_at > excluded.made_at THEN old.made_at ELSE excluded.made_at END,
          valid_until = CASE WHEN old.valid_until > excluded.valid_until THEN old.valid_until ELSE excluded.valid_until END,
          reason = excluded.reason,
          made_by = excluded.made_by
        """;

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "revocations",
        """
        CREATE TABLE revocations (
          key BLOB NOT NULL PRIMARY KEY,
          kind TEXT NOT NULL,
          issuer TEXT NOT NULL,
          value TEXT NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          reason TEXT NOT NULL,
          made_by TEXT NOT NULL
        ) WITHOUT ROWID;
        """);

    private static readonly RowMap<RevocationRow> Map = new(
        "revocations",
        ["kind", "issuer", "value", "made_at", "valid_until", "reason", "made_by"],
        static row => new(row.Text(0), row.Text(1), row.Text(2), row.Moment(3), row.Moment(4), row.Text(5), row.Text(6)),
        static row => RowKey.Of(row.Kind, row.Issuer, row.Value),
        static row => [row.Kind, row.Issuer, row.Value, row.At.UtcTicks, row.Until.UtcTicks, row.Reason, row.By]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

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
