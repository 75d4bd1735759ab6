using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>Remembered answers in the database.</summary>
internal sealed class PostgreSqlRememberedApprovals(Database database, int rowLimit, TimeProvider time) : IRememberedApprovalStore
{
    private const string Kept = "NOT forgotten AND valid_until > ";

    private const string OfPeople = "(party_digest = ANY($1) OR person_digest = ANY($2))";

    private static readonly RowMap<RememberedApprovalRow> Map = new(
        "remembered_approvals",
        ["id", "scope_digest", "party_digest", "person_digest", "approval_id", "made_at", "valid_until", "forgotten", "noted", "sealed"],
        static row => new(
            row.Text(0), row.Bytes(1), row.Bytes(2), row.Bytes(3), row.Text(4), row.Moment(5), row.Moment(6), row.Flag(7), row.Flag(8),
            row.Bytes(9)),
        static row => RowKey.Of(row.Id),
        static row =>
        [
            row.Id, row.Scope.ToArray(), row.Party.ToArray(), row.Person.ToArray(), row.ApprovalId, row.At.UtcTicks, row.Until.UtcTicks,
            row.IsForgotten, row.IsNoted, row.Sealed.ToArray(),
        ]);

    private readonly StoreTable table = new(Map.Table, database, rowLimit, time, ApprovalTables.MayGo);

    /// <inheritdoc />
    public async ValueTask<ApprovalAdding> AddAsync(
        RememberedApprovalRow row, int mostOfParty, int most, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOfParty, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (row.IsForgotten) throw new ArgumentException("A forgotten answer is not added.", nameof(row));
        return await table.AddAsync(
            work => HasScopeAsync(work, row), work => AddAsync(work, row, mostOfParty, most), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<RememberedApprovalRow?> FindAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> scopes, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Bytes(scopes, nameof(scopes));
        return await table.ReadAsync(
            work => Map.FindAsync(
                work, $"WHERE scope_digest = ANY($1) AND {Kept}$2 ORDER BY array_position($1, scope_digest) LIMIT 1", wanted, now.UtcTicks),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> ListAsync(
        int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var newest = await table.ReadAsync(
            work => Map.SelectAsync(work, $"WHERE {Kept}$1 ORDER BY made_at DESC, id DESC LIMIT $2", now.UtcTicks, most), cancellation)
            .ConfigureAwait(false);
        return [.. newest.Reverse()];
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> ListOfAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Bytes(parties, nameof(parties));
        return await table.ReadAsync(
            work => Map.SelectAsync(work, $"WHERE party_digest = ANY($1) AND {Kept}$2 ORDER BY made_at, id", wanted, now.UtcTicks), cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<RememberedApprovalRow?> ForgetAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        var key = RowKey.Of(id);
        return await table.WriteAsync(
            async work =>
            {
                var isDone = await work.RunAsync(
                    $"UPDATE remembered_approvals SET forgotten = true, noted = false WHERE key = $1 AND {Kept}$2", key, now.UtcTicks)
                    .ConfigureAwait(false) == 1;
                return isDone ? await Map.FindAsync(work, "WHERE key = $1", key).ConfigureAwait(false) : null;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAllAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var (ofParties, ofPersons) = (StoredDigests.Bytes(parties, nameof(parties)), StoredDigests.Bytes(persons, nameof(persons)));
        return await table.WriteAsync(work => ForgetAsync(work, ofParties, ofPersons, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var (ofParties, ofPersons) = (StoredDigests.Bytes(parties, nameof(parties)), StoredDigests.Bytes(persons, nameof(persons)));
        return await table.WriteAsync<IReadOnlyList<RememberedApprovalRow>>(
            async work =>
            {
                var forgotten = await ForgetAsync(work, ofParties, ofPersons, now).ConfigureAwait(false);
                await work.RunAsync($"UPDATE remembered_approvals SET sealed = '' WHERE {OfPeople}", ofParties, ofPersons).ConfigureAwait(false);
                return [.. forgotten.Select(static row => row with { Sealed = default })];
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, bool isForgotten, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            work => work.RunAsync(
                isForgotten
                    ? "DELETE FROM remembered_approvals WHERE key = $1 AND forgotten"
                    : "UPDATE remembered_approvals SET noted = true WHERE key = $1 AND NOT forgotten",
                RowKey.Of(id)),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RememberedApprovalRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.ReadAsync(static work => Map.SelectAsync(work, "WHERE NOT noted ORDER BY made_at, id"), cancellation);

    private static async ValueTask<ApprovalAdding> AddAsync(Work work, RememberedApprovalRow row, int mostOfParty, int most)
    {
        if (await HasScopeAsync(work, row).ConfigureAwait(false)) return ApprovalAdding.Exists;
        if (await Map.ExistsAsync(work, row).ConfigureAwait(false)) throw new ArgumentException("The identifier is there already.", nameof(row));
        if (await IsCrowdedAsync(work, row, mostOfParty, most).ConfigureAwait(false)) return ApprovalAdding.Crowded;
        await Map.InsertAsync(work, "", row with { IsNoted = false }).ConfigureAwait(false);
        return ApprovalAdding.Added;
    }

    private static async ValueTask<bool> IsCrowdedAsync(Work work, RememberedApprovalRow row, int mostOfParty, int most) =>
        await work.AnyAsync($"SELECT 1 FROM remembered_approvals WHERE {Kept}$1 LIMIT 1 OFFSET $2", row.At.UtcTicks, (long)most - 1)
            .ConfigureAwait(false)
        || await work.AnyAsync(
            $"SELECT 1 FROM remembered_approvals WHERE party_digest = $3 AND {Kept}$1 LIMIT 1 OFFSET $2", row.At.UtcTicks, (long)mostOfParty - 1,
            row.Party.ToArray()).ConfigureAwait(false);

    private static ValueTask<bool> HasScopeAsync(Work work, RememberedApprovalRow row) => work.AnyAsync(
        $"SELECT 1 FROM remembered_approvals WHERE scope_digest = $1 AND {Kept}$2 LIMIT 1", row.Scope.ToArray(), row.At.UtcTicks);

    private static async ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAsync(
        Work work, byte[][] parties, byte[][] persons, DateTimeOffset now)
    {
        var kept = await Map.SelectAsync(work, $"WHERE {OfPeople} AND {Kept}$3 ORDER BY made_at, id", parties, persons, now.UtcTicks)
            .ConfigureAwait(false);
        await work.RunAsync(
            $"UPDATE remembered_approvals SET forgotten = true, noted = false WHERE {OfPeople} AND {Kept}$3", parties, persons, now.UtcTicks)
            .ConfigureAwait(false);
        return [.. kept.Select(static row => row with { IsForgotten = true, IsNoted = false })];
    }
}
