using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Withheld results in the store.</summary>
internal sealed class QuarantineStore(Database database, int rowLimit, TimeProvider time) : IQuarantineStore
{
    private readonly StoreTable table = database.Table(QuarantineTable.Map.Table, rowLimit, time, ApprovalTables.MayGo);

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
        var added = new QuarantineTable.NewRow(row with { IsNoted = false }, content.ToArray());
        return await table.AddAsync(
            work => QuarantineTable.Map.ExistsAsync(work, row), work => AddAsync(work, added, bounds), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<QuarantinedResultRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(
            work => QuarantineTable.Map.FindAsync(work, "WHERE key = $1 AND valid_until > $2", RowKey.Of(id), now.UtcTicks), cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<byte[]?> ContentAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(work => QuarantineTable.ContentAsync(work, id, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<QuarantinedResultRow>> ListAsync(
        QuarantineState? state, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await table.ReadAsync(work => QuarantineTable.ListAsync(work, state, most, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<QuarantinedResultRow?> FindReleasedAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Bytes(digests, nameof(digests));
        return await table.ReadAsync(work => QuarantineTable.FindReleasedAsync(work, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<QuarantinedResultRow?> ReleaseAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        QuarantinedResultRow.CheckRelease(release);
        var released = await table.WriteAsync(
            work => QuarantineTable.Map.UpdateAsync(
                work, QuarantineTable.Release, RowKey.Of(id), now.UtcTicks, expires.UtcTicks, release.ToArray()),
            cancellation).ConfigureAwait(false);
        return released.Count > 0 ? released[0] : null;
    }

    /// <inheritdoc />
    public async ValueTask<byte[]?> DeliverAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.WriteAsync(
            async work =>
            {
                var content = await QuarantineTable.ContentAsync(work, id, now).ConfigureAwait(false);
                var delivered = await work.RunAsync(QuarantineTable.Deliver, RowKey.Of(id), now.UtcTicks, Array.Empty<byte>()).ConfigureAwait(false);
                return delivered == 1 ? content : null;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<QuarantinedResultRow?> DeleteAsync(
        string id, ReadOnlyMemory<byte> release, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        QuarantinedResultRow.CheckRelease(release);
        var deleted = await table.WriteAsync(
            work => QuarantineTable.Map.UpdateAsync(
                work, QuarantineTable.Delete, RowKey.Of(id), now.UtcTicks, release.ToArray(), Array.Empty<byte>()),
            cancellation).ConfigureAwait(false);
        return deleted.Count > 0 ? deleted[0] : null;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<QuarantinedResultRow>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.WriteAsync(work => QuarantineTable.ExpireAsync(work, now), cancellation);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<QuarantinedResultRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Bytes(parties, nameof(parties));
        return await table.WriteAsync(work => QuarantineTable.EraseAsync(work, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, QuarantineState state, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            work => work.RunAsync("UPDATE quarantined_results SET noted = 1 WHERE key = $1 AND state = $2", RowKey.Of(id), (int)state),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<QuarantinedResultRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.ReadAsync(static work => QuarantineTable.Map.SelectAsync(work, "WHERE noted = 0 ORDER BY changed_at, id"), cancellation);

    /// <inheritdoc />
    public ValueTask<QuarantineUse> UseAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.ReadAsync(work => QuarantineTable.UseAsync(work, now), cancellation);

    private static async ValueTask<ApprovalAdding> AddAsync(Work work, QuarantineTable.NewRow added, QuarantineBounds bounds)
    {
        if (await QuarantineTable.Map.ExistsAsync(work, added.Row).ConfigureAwait(false)) return ApprovalAdding.Exists;
        if (await QuarantineTable.IsCrowdedAsync(work, added.Row, bounds).ConfigureAwait(false)) return ApprovalAdding.Crowded;
        await QuarantineTable.TrimAsync(work, added.Row).ConfigureAwait(false);
        await QuarantineTable.WithContent.InsertAsync(work, "", added).ConfigureAwait(false);
        return ApprovalAdding.Added;
    }
}
