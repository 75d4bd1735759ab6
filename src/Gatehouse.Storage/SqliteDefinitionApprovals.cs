using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Approvals of definitions in the file.</summary>
internal sealed class SqliteDefinitionApprovals(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IDefinitionApprovalStore
{
    private const string OnConflict =
        """
        ON CONFLICT (server, source, kind, name, digest, made_by) DO UPDATE SET
          made_at = excluded.made_at, valid_until = excluded.valid_until, reason = excluded.reason,
          is_revocation = excluded.is_revocation, definition = excluded.definition
        """;

    private const string DeleteOpposite =
        "DELETE FROM definition_words WHERE server = $0 AND source = $1 AND kind = $2 AND name = $3 AND digest = $4 AND is_revocation <> $5";

    private static readonly RowMap<DefinitionApprovalRow> Map = new(
        "definition_words",
        6,
        ["server", "source", "kind", "name", "digest", "made_by", "made_at", "valid_until", "reason", "is_revocation", "definition"],
        static row => new(
            row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Moment(6), row.Moment(7), row.Text(8), row.Flag(9),
            row.Bytes(10)),
        static row =>
        [
            row.Server, row.Source, row.Kind, row.Name, row.Digest, row.By, row.At.UtcTicks, row.Until.UtcTicks, row.Reason, row.IsRevocation ? 1 : 0,
            row.Definition.ToArray(),
        ]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time);

    /// <inheritdoc />
    public ValueTask AddAsync(DefinitionApprovalRow row, CancellationToken cancellation = default) => AddAsync(row, 0, cancellation);

    /// <inheritdoc />
    public ValueTask AddSeenAsync(DefinitionApprovalRow row, CancellationToken cancellation = default) => AddAsync(row, rowLimit / 10, cancellation);

    /// <inheritdoc />
    public async ValueTask MoveAsync(string server, string before, string now, CancellationToken cancellation = default)
    {
        StoredText.Check(now, nameof(now));
        await table.WriteAsync(
            connection =>
            {
                using var command = StoreTable.Command(
                    connection, "UPDATE OR IGNORE definition_words SET source = $2 WHERE server = $0 AND source = $1", server, before, now);
                return command.ExecuteNonQuery();
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<DefinitionApprovalRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) => table.ReadAsync(
        connection => Map.Select(connection, "WHERE valid_until > $0 ORDER BY made_at, server, kind, name, made_by", now.UtcTicks), cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private async ValueTask AddAsync(DefinitionApprovalRow row, int reserved, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        await table.AddAsync(connection => Map.Exists(connection, row), connection => Insert(connection, row), cancellation,
            reserved).ConfigureAwait(false);
    }

    private static bool Insert(SqliteConnection connection, DefinitionApprovalRow row)
    {
        using var opposite = StoreTable.Command(
            connection, DeleteOpposite, row.Server, row.Source, row.Kind, row.Name, row.Digest, row.IsRevocation ? 1 : 0);
        opposite.ExecuteNonQuery();
        return Map.Insert(connection, OnConflict, row);
    }
}
