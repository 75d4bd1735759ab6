using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>Containments in the database.</summary>
internal sealed class PostgreSqlContainments(Database database, int rowLimit, TimeProvider time) : IContainmentStore
{
    private const string InForce = "NOT is_released AND valid_until > ";

    private static readonly RowMap<ContainmentRow> Map = new(
        "containments",
        ["id", "kind", "target_digest", "made_at", "valid_until", "is_released", "noted", "sealed", "released"],
        static row => new(
            row.Text(0), (ContainmentKind)row.Number(1), row.Bytes(2), row.Moment(3), row.Moment(4), row.Flag(5), row.Flag(6), row.Bytes(7),
            row.Bytes(8)),
        static row => RowKey.Of(row.Id),
        static row =>
        [
            row.Id, (int)row.Kind, row.Target.ToArray(), row.At.UtcTicks, row.Until.UtcTicks, row.IsReleased, row.IsNoted, row.Sealed.ToArray(),
            row.Release.ToArray(),
        ]);

    private readonly StoreTable table = new(Map.Table, database, rowLimit, time, ApprovalTables.MayGo);

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
        var key = RowKey.Of(id);
        return await table.WriteAsync(
            async work =>
            {
                var isDone = await work.RunAsync(
                    $"UPDATE containments SET is_released = true, noted = false, released = $3 WHERE key = $1 AND {InForce}$2", key, now.UtcTicks,
                    release.ToArray()).ConfigureAwait(false) == 1;
                return isDone ? await Map.FindAsync(work, "WHERE key = $1", key).ConfigureAwait(false) : null;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, bool isReleased, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            work => work.RunAsync(
                isReleased
                    ? "DELETE FROM containments WHERE key = $1 AND is_released"
                    : "UPDATE containments SET noted = true WHERE key = $1 AND NOT is_released",
                RowKey.Of(id)),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ContainmentRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.ReadAsync(static work => Map.SelectAsync(work, "WHERE NOT noted ORDER BY made_at, id"), cancellation);

    private static async ValueTask<ApprovalAdding> AddAsync(Work work, ContainmentRow row, int most)
    {
        if (await HasTargetAsync(work, row).ConfigureAwait(false)) return ApprovalAdding.Exists;
        if (await Map.ExistsAsync(work, row).ConfigureAwait(false)) throw new ArgumentException("The identifier is there already.", nameof(row));
        if (await work.AnyAsync($"SELECT 1 FROM containments WHERE {InForce}$1 LIMIT 1 OFFSET $2", row.At.UtcTicks, (long)most - 1)
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
