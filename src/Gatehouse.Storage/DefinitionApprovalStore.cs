using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Approvals of definitions in the store.</summary>
internal sealed class DefinitionApprovalStore(Database database, int rowLimit, TimeProvider time) : IDefinitionApprovalStore
{
    private const string OnConflict =
        """
        ON CONFLICT (key) DO UPDATE SET
          made_at = excluded.made_at, valid_until = excluded.valid_until, reason = excluded.reason,
          is_revocation = excluded.is_revocation, definition = excluded.definition
        """;

    private const string DeleteOpposite = "DELETE FROM definition_words WHERE definition_key = $1 AND is_revocation <> $2";

    private const string Rename =
        """
        UPDATE definition_words SET source = $2, key = $3, definition_key = $4
        WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM definition_words WHERE key = $3)
        """;

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "definition_words",
        """
        CREATE TABLE definition_words (
          key BLOB NOT NULL PRIMARY KEY,
          server TEXT NOT NULL,
          source TEXT NOT NULL,
          kind TEXT NOT NULL,
          name TEXT NOT NULL,
          digest TEXT NOT NULL,
          made_by TEXT NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          reason TEXT NOT NULL,
          is_revocation INTEGER NOT NULL,
          definition_key BLOB NOT NULL,
          definition BLOB NOT NULL
        );
        CREATE INDEX definition_words_definition ON definition_words (definition_key);
        """);

    private static readonly RowMap<DefinitionApprovalRow> Map = new(
        "definition_words",
        [
            "server", "source", "kind", "name", "digest", "made_by", "made_at", "valid_until", "reason", "is_revocation", "definition",
            "definition_key",
        ],
        static row => new(
            row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Moment(6), row.Moment(7), row.Text(8), row.Flag(9),
            row.Bytes(10)),
        static row => Key(row),
        static row =>
        [
            row.Server, row.Source, row.Kind, row.Name, row.Digest, row.By, row.At.UtcTicks, row.Until.UtcTicks, row.Reason, row.IsRevocation ? 1 : 0,
            row.Definition.ToArray(), DefinitionKey(row),
        ]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time);

    /// <inheritdoc />
    public ValueTask AddAsync(DefinitionApprovalRow row, CancellationToken cancellation = default) => AddAsync(row, 0, cancellation);

    /// <inheritdoc />
    public ValueTask AddSeenAsync(DefinitionApprovalRow row, CancellationToken cancellation = default) => AddAsync(row, rowLimit / 10, cancellation);

    /// <inheritdoc />
    public async ValueTask MoveAsync(string server, string before, string now, CancellationToken cancellation = default)
    {
        StoredText.Check(server, nameof(server));
        StoredText.Check(before, nameof(before));
        StoredText.Check(now, nameof(now));
        await table.WriteAsync(work => MoveAsync(work, server, before, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<DefinitionApprovalRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) => table.ReadAsync(
        work => Map.SelectAsync(work, "WHERE valid_until > $1 ORDER BY made_at, server, kind, name, made_by", now.UtcTicks), cancellation);

    private async ValueTask AddAsync(DefinitionApprovalRow row, int reserved, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        await table.AddAsync(work => Map.ExistsAsync(work, row), work => InsertAsync(work, row), cancellation, reserved).ConfigureAwait(false);
    }

    private static async ValueTask<bool> InsertAsync(Work work, DefinitionApprovalRow row)
    {
        await work.RunAsync(DeleteOpposite, DefinitionKey(row), row.IsRevocation ? 1 : 0).ConfigureAwait(false);
        return await Map.InsertAsync(work, OnConflict, row).ConfigureAwait(false);
    }

    // Row by row, because the key of each is made here. It happens once after an update that writes a source in another form.
    private static async ValueTask<int> MoveAsync(Work work, string server, string before, string now)
    {
        // Without the definitions, which may be large.
        var rows = await work.SelectAsync(
            "SELECT kind, name, digest, made_by FROM definition_words WHERE server = $1 AND source = $2",
            row => new DefinitionApprovalRow(
                server, before, row.Text(0), row.Text(1), row.Text(2), row.Text(3), default, default, "", IsRevocation: false, default),
            server, before).ConfigureAwait(false);
        foreach (var row in rows)
        {
            var moved = row with { Source = now };
            await work.RunAsync(Rename, Key(row), now, Key(moved), DefinitionKey(moved)).ConfigureAwait(false);
        }

        return rows.Count;
    }

    private static byte[] Key(DefinitionApprovalRow row) => RowKey.Of(row.Server, row.Source, row.Kind, row.Name, row.Digest, row.By);

    private static byte[] DefinitionKey(DefinitionApprovalRow row) => RowKey.Of(row.Server, row.Source, row.Kind, row.Name, row.Digest);
}
