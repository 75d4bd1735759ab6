using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Remembered answers in the store.</summary>
internal sealed class RememberedApprovalStore(Database database, int rowLimit, TimeProvider time) : IRememberedApprovalStore
{
    private const string Kept = "forgotten = 0 AND valid_until > ";

    /// <summary>The table.</summary>
    public static NewTable Table { get; } = new(
        "remembered_approvals",
        """
        CREATE TABLE remembered_approvals (
          key BLOB NOT NULL PRIMARY KEY,
          id TEXT NOT NULL,
          scope_digest BLOB NOT NULL,
          party_digest BLOB NOT NULL,
          person_digest BLOB NOT NULL,
          approval_id TEXT NOT NULL,
          made_at INTEGER NOT NULL,
          valid_until INTEGER NOT NULL,
          forgotten INTEGER NOT NULL,
          noted INTEGER NOT NULL,
          sealed BLOB NOT NULL
        );
        CREATE INDEX remembered_approvals_scope ON remembered_approvals (scope_digest, forgotten, valid_until);
        CREATE INDEX remembered_approvals_party ON remembered_approvals (party_digest, forgotten, valid_until);
        CREATE INDEX remembered_approvals_person ON remembered_approvals (person_digest);
        CREATE INDEX remembered_approvals_made ON remembered_approvals (made_at);
        CREATE INDEX remembered_approvals_unnoted ON remembered_approvals (made_at) WHERE noted = 0;
        """);

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
            row.IsForgotten ? 1 : 0, row.IsNoted ? 1 : 0, row.Sealed.ToArray(),
        ]);

    private readonly StoreTable table = database.Table(Map.Table, rowLimit, time, ApprovalTables.MayGo);

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
            async work =>
            {
                foreach (var scope in wanted)
                {
                    if (await Map.FindAsync(work, $"WHERE scope_digest = $1 AND {Kept}$2", scope, now.UtcTicks).ConfigureAwait(false) is { } row)
                        return row;
                }

                return null;
            },
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
            async work =>
            {
                List<RememberedApprovalRow> found = [];
                foreach (var party in wanted)
                    found.AddRange(await Map.SelectAsync(work, $"WHERE party_digest = $1 AND {Kept}$2", party, now.UtcTicks).ConfigureAwait(false));
                return InOrder(found);
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<RememberedApprovalRow?> ForgetAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        var forgotten = await table.WriteAsync(work => ForgetAsync(work, "key", RowKey.Of(id), now), cancellation).ConfigureAwait(false);
        return forgotten.Count > 0 ? forgotten[0] : null;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAllAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var wanted = Columns(parties, persons);
        return await table.WriteAsync(work => ForgetAsync(work, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var wanted = Columns(parties, persons);
        return await table.WriteAsync<IReadOnlyList<RememberedApprovalRow>>(
            async work =>
            {
                var forgotten = await ForgetAsync(work, wanted, now).ConfigureAwait(false);
                foreach (var (column, digest) in wanted)
                {
                    await work.RunAsync($"UPDATE remembered_approvals SET sealed = $2 WHERE {column} = $1", digest, Array.Empty<byte>())
                        .ConfigureAwait(false);
                }

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
                    ? "DELETE FROM remembered_approvals WHERE key = $1 AND forgotten = 1"
                    : "UPDATE remembered_approvals SET noted = 1 WHERE key = $1 AND forgotten = 0",
                RowKey.Of(id)),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RememberedApprovalRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.ReadAsync(static work => Map.SelectAsync(work, "WHERE noted = 0 ORDER BY made_at, id"), cancellation);

    private static async ValueTask<ApprovalAdding> AddAsync(Work work, RememberedApprovalRow row, int mostOfParty, int most)
    {
        if (await HasScopeAsync(work, row).ConfigureAwait(false)) return ApprovalAdding.Exists;
        if (await Map.ExistsAsync(work, row).ConfigureAwait(false)) throw new ArgumentException("The identifier is there already.", nameof(row));
        if (await IsCrowdedAsync(work, row, mostOfParty, most).ConfigureAwait(false)) return ApprovalAdding.Crowded;
        await Map.InsertAsync(work, "", row with { IsNoted = false }).ConfigureAwait(false);
        return ApprovalAdding.Added;
    }

    private static async ValueTask<bool> IsCrowdedAsync(Work work, RememberedApprovalRow row, int mostOfParty, int most) =>
        await work.AnyAsync($"SELECT 1 FROM remembered_approvals WHERE {Kept}$1 LIMIT 1 OFFSET $2", row.At.UtcTicks, most - 1)
            .ConfigureAwait(false)
        || await work.AnyAsync(
            $"SELECT 1 FROM remembered_approvals WHERE party_digest = $3 AND {Kept}$1 LIMIT 1 OFFSET $2", row.At.UtcTicks, mostOfParty - 1,
            row.Party.ToArray()).ConfigureAwait(false);

    private static ValueTask<bool> HasScopeAsync(Work work, RememberedApprovalRow row) => work.AnyAsync(
        $"SELECT 1 FROM remembered_approvals WHERE scope_digest = $1 AND {Kept}$2 LIMIT 1", row.Scope.ToArray(), row.At.UtcTicks);

    private static async ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAsync(
        Work work, IReadOnlyList<(string Column, byte[] Digest)> wanted, DateTimeOffset now)
    {
        List<RememberedApprovalRow> forgotten = [];
        foreach (var (column, digest) in wanted) forgotten.AddRange(await ForgetAsync(work, column, digest, now).ConfigureAwait(false));
        return InOrder(forgotten);
    }

    private static ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAsync(Work work, string column, byte[] value, DateTimeOffset now) =>
        Map.UpdateAsync(work, $"forgotten = 1, noted = 0 WHERE {column} = $1 AND {Kept}$2", value, now.UtcTicks);

    private static IReadOnlyList<RememberedApprovalRow> InOrder(IEnumerable<RememberedApprovalRow> rows) =>
        [.. rows.OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal)];

    private static IReadOnlyList<(string Column, byte[] Digest)> Columns(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons) =>
    [
        .. StoredDigests.Bytes(parties, nameof(parties)).Select(static digest => ("party_digest", digest)),
        .. StoredDigests.Bytes(persons, nameof(persons)).Select(static digest => ("person_digest", digest)),
    ];
}
