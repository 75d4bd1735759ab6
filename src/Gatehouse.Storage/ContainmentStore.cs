using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Containments in the store.</summary>
internal sealed class ContainmentStore(Database database, int rowLimit, TimeProvider time) : IContainmentStore
{
    private const string InForce = "is_released = 0 AND valid_until > ";

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "containments",
        """
        CREATE TABLE containments (
          key BLOB NOT NULL PRIMARY KEY,
          id TEXT NOT NULL,
          kind INTEGER NOT NULL,
          target_digest BLOB NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          is_released INTEGER NOT NULL,
          noted INTEGER NOT NULL,
          sealed BLOB NOT NULL,
          released BLOB NOT NULL
        );
        CREATE INDEX containments_target ON containments (target_digest, is_released, valid_until);
        """);

    private static readonly RowMap<ContainmentRow> Map = new(
        "containments",
        ["id", "kind", "target_digest", "made_at", "valid_until", "is_released", "noted", "sealed", "released"],
        static row => new(
            row.Text(0), (ContainmentKind)row.Number(1), row.Bytes(2), row.Moment(3), row.Moment(4), row.Flag(5), row.Flag(6), row.Bytes(7),
            row.Bytes(8)),
        static row => RowKey.Of(row.Id),
        static row =>
        [
            row.Id, (int)row.Kind, row.Target.ToArray(), row.At.UtcTicks, row.Until.UtcTicks, row.IsReleased ? 1 : 0, row.IsNoted ? 1 : 0,
            row.Sealed.ToArray(), row.Release.ToArray(),
        ]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time, ApprovalTables.MayGo);

    /// <inheritdoc />
    public async ValueTask<ApprovalAdding> AddAsync(ContainmentRow row, int most, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (row.IsReleased) throw new ArgumentException("A released containment is not added.", nameof(row));
        return await table.AddAsync(work => HasTargetAsync(work, row), work => AddAsync(work, row, most), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ContainmentRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.ReadAsync(work => Map.SelectAsync(work, $"WHERE {InForce}$1 ORDER BY made_at, id", now.UtcTicks), cancellation);

    /// <inheritdoc />
    public async ValueTask<ContainmentRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        ContainmentRow.CheckRelease(release);
        var released = await table.WriteAsync(
            work => Map.UpdateAsync(
                work, $"is_released = 1, noted = 0, released = $3 WHERE key = $1 AND {InForce}$2", RowKey.Of(id), now.UtcTicks, release.ToArray()),
            cancellation).ConfigureAwait(false);
        return released.Count > 0 ? released[0] : null;
    }

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, bool isReleased, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            work => work.RunAsync(
                isReleased
                    ? "DELETE FROM containments WHERE key = $1 AND is_released = 1"
                    : "UPDATE containments SET noted = 1 WHERE key = $1 AND is_released = 0",
                RowKey.Of(id)),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ContainmentRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.ReadAsync(static work => Map.SelectAsync(work, "WHERE noted = 0 ORDER BY made_at, id"), cancellation);

    private static async ValueTask<ApprovalAdding> AddAsync(Work work, ContainmentRow row, int most)
    {
        if (await HasTargetAsync(work, row).ConfigureAwait(false)) return ApprovalAdding.Exists;
        if (await Map.ExistsAsync(work, row).ConfigureAwait(false)) throw new ArgumentException("The identifier is there already.", nameof(row));
        if (await work.AnyAsync($"SELECT 1 FROM containments WHERE {InForce}$1 LIMIT 1 OFFSET $2", row.At.UtcTicks, most - 1)
            .ConfigureAwait(false))
        {
            return ApprovalAdding.Crowded;
        }

        await Map.InsertAsync(work, "", row with { IsNoted = false }).ConfigureAwait(false);
        return ApprovalAdding.Added;
    }

    private static ValueTask<bool> HasTargetAsync(Work work, ContainmentRow row) => work.AnyAsync(
        $"SELECT 1 FROM containments WHERE target_digest = $1 AND {InForce}$2 LIMIT 1", row.Target.ToArray(), row.At.UtcTicks);
}
