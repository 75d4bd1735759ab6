using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Withheld results in the file.</summary>
internal sealed class SqliteQuarantine(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IQuarantineStore
{
    private readonly StoreTable table = new(QuarantineTable.Map.Table, writes, reads, rowLimit, time, ApprovalTables.MayGo);

    /// <inheritdoc />
    public async ValueTask<ApprovalAdding> AddAsync(
        QuarantinedResultRow row, ReadOnlyMemory<byte> content, QuarantineBounds bounds, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(bounds);
        row.Validate();
        bounds.Validate();
        if (row.State != QuarantineState.Kept) throw new ArgumentException("Only a kept result is added.", nameof(row));
        if (row.Size != content.Length) throw new ArgumentException("The size is not that of the content.", nameof(content));
        var added = new QuarantineTable.Added(row with { IsNoted = false }, content.ToArray());
        return await table.AddAsync(
            connection => QuarantineTable.Map.Exists(connection, row), connection => Add(connection, added, bounds), cancellation)
                .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<QuarantinedResultRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(
            connection => QuarantineTable.Find(connection, id, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<byte[]?> ContentAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(connection => QuarantineTable.Content(connection, id, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<QuarantinedResultRow>> ListAsync(
        QuarantineState? state, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await table.ReadAsync(connection => QuarantineTable.List(connection, state, most, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<QuarantinedResultRow?> FindReleasedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Hex(digests, nameof(digests));
        return await table.ReadAsync(connection => QuarantineTable.FindReleased(connection, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<QuarantinedResultRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        QuarantinedResultRow.CheckRelease(release);
        return await table.WriteAsync(
            connection => QuarantineTable.Changed(
                connection, id, StoreTable.Run(connection, QuarantineTable.Release, id, now.UtcTicks, expires.UtcTicks, release.ToArray())),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<byte[]?> DeliverAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.WriteAsync(
            connection =>
            {
                var content = QuarantineTable.Content(connection, id, now);
                return StoreTable.Run(connection, QuarantineTable.Deliver, id, now.UtcTicks) == 1 ? content : null;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<QuarantinedResultRow?> DeleteAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        QuarantinedResultRow.CheckRelease(release);
        return await table.WriteAsync(
            connection => QuarantineTable.Changed(
                connection, id, StoreTable.Run(connection, QuarantineTable.Delete, id, now.UtcTicks, release.ToArray())),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<QuarantinedResultRow>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.WriteAsync(connection => QuarantineTable.Expire(connection, now), cancellation);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<QuarantinedResultRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Hex(parties, nameof(parties));
        return await table.WriteAsync(connection => QuarantineTable.Erase(connection, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, QuarantineState state, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            connection => StoreTable.Run(connection, "UPDATE quarantined_results SET noted = 1 WHERE id = $0 AND state = $1", id, (int)state),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<QuarantinedResultRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.ReadAsync(static connection => QuarantineTable.Map.Select(connection, "WHERE noted = 0 ORDER BY changed_at, id"), cancellation);

    /// <inheritdoc />
    public ValueTask<QuarantineUse> UseAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.ReadAsync(connection => QuarantineTable.Use(connection, now), cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private static ApprovalAdding Add(SqliteConnection connection, QuarantineTable.Added added, QuarantineBounds bounds)
    {
        if (QuarantineTable.Map.Exists(connection, added.Row)) return ApprovalAdding.Exists;
        if (QuarantineTable.IsCrowded(connection, added.Row, bounds)) return ApprovalAdding.Crowded;
        QuarantineTable.Trim(connection, added.Row);
        QuarantineTable.WithContent.Insert(connection, "", added);
        return ApprovalAdding.Added;
    }
}
