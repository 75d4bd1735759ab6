using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Containments in the file.</summary>
internal sealed class SqliteContainments(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IContainmentStore
{
    private const string InForce = "is_released = 0 AND valid_until > ";

    private static readonly RowMap<ContainmentRow> Map = new(
        "containments",
        1,
        ["id", "kind", "target_digest", "made_at", "valid_until", "is_released", "noted", "sealed", "released"],
        static row => new(
            row.Text(0), (ContainmentKind)row.Number(1), row.Digest(2), row.Moment(3), row.Moment(4), row.Flag(5), row.Flag(6), row.Bytes(7),
            row.Bytes(8)),
        static row =>
        [
            row.Id, (int)row.Kind, StoredDigests.Hex(row.Target), row.At.UtcTicks, row.Until.UtcTicks, row.IsReleased ? 1 : 0, row.IsNoted ? 1 : 0,
            row.Sealed.ToArray(), row.Release.ToArray(),
        ]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time, ApprovalTables.MayGo);

    /// <inheritdoc />
    public async ValueTask<ApprovalAdding> AddAsync(ContainmentRow row, int most, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (row.IsReleased) throw new ArgumentException("A released containment is not added.", nameof(row));
        return await table.AddAsync(connection => HasTarget(connection, row), connection => Add(connection, row, most), cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ContainmentRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.ReadAsync(connection => Map.Select(connection, $"WHERE {InForce}$0 ORDER BY made_at, id", now.UtcTicks), cancellation);

    /// <inheritdoc />
    public async ValueTask<ContainmentRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        ContainmentRow.CheckRelease(release);
        return await table.WriteAsync(
            connection =>
            {
                var isDone = StoreTable.Run(
                    connection, $"UPDATE containments SET is_released = 1, noted = 0, released = $2 WHERE id = $0 AND {InForce}$1", id, now.UtcTicks,
                    release.ToArray()) == 1;
                return isDone ? Map.Select(connection, "WHERE id = $0", id)[0] : null;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, bool isReleased, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            connection => isReleased
                ? StoreTable.Run(connection, "DELETE FROM containments WHERE id = $0 AND is_released = 1", id)
                : StoreTable.Run(connection, "UPDATE containments SET noted = 1 WHERE id = $0 AND is_released = 0", id),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ContainmentRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.ReadAsync(static connection => Map.Select(connection, "WHERE noted = 0 ORDER BY made_at, id"), cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private static ApprovalAdding Add(SqliteConnection connection, ContainmentRow row, int most)
    {
        if (HasTarget(connection, row)) return ApprovalAdding.Exists;
        if (Map.Exists(connection, row)) throw new ArgumentException("The identifier is there already.", nameof(row));
        if (StoreTable.Any(connection, $"SELECT 1 FROM containments WHERE {InForce}$0 LIMIT 1 OFFSET $1", row.At.UtcTicks, most - 1))
            return ApprovalAdding.Crowded;
        Map.Insert(connection, "", row with { IsNoted = false });
        return ApprovalAdding.Added;
    }

    private static bool HasTarget(SqliteConnection connection, ContainmentRow row) => StoreTable.Any(
        connection, $"SELECT 1 FROM containments WHERE target_digest = $0 AND {InForce}$1", StoredDigests.Hex(row.Target), row.At.UtcTicks);
}
