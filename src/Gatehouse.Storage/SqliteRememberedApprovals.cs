using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Remembered answers in the file.</summary>
internal sealed class SqliteRememberedApprovals(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IRememberedApprovalStore
{
    private const string Kept = "forgotten = 0 AND valid_until > ";

    private static readonly RowMap<RememberedApprovalRow> Map = new(
        "remembered_approvals",
        1,
        ["id", "scope_digest", "party_digest", "person_digest", "approval_id", "made_at", "valid_until", "forgotten", "noted", "sealed"],
        static row => new(
            row.Text(0), row.Digest(1), row.Digest(2), row.Digest(3), row.Text(4), row.Moment(5), row.Moment(6), row.Flag(7), row.Flag(8),
            row.Bytes(9)),
        static row =>
        [
            row.Id, StoredDigests.Hex(row.Scope), StoredDigests.Hex(row.Party), StoredDigests.Hex(row.Person), row.ApprovalId, row.At.UtcTicks,
            row.Until.UtcTicks, row.IsForgotten ? 1 : 0, row.IsNoted ? 1 : 0, row.Sealed.ToArray(),
        ]);

    private readonly StoreTable table = new(Map.Table, writes, reads, rowLimit, time, ApprovalTables.MayGo);

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
            connection => HasScope(connection, row), connection => Add(connection, row, mostOfParty, most), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<RememberedApprovalRow?> FindAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> scopes, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Hex(scopes, nameof(scopes));
        return await table.ReadAsync(
            connection => wanted.SelectMany(scope => Map.Select(connection, $"WHERE scope_digest = $0 AND {Kept}$1", scope, now.UtcTicks))
                .FirstOrDefault(),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> ListAsync(
        int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var newest = await table.ReadAsync(
            connection => Map.Select(connection, $"WHERE {Kept}$0 ORDER BY made_at DESC, id DESC LIMIT $1", now.UtcTicks, most),
            cancellation).ConfigureAwait(false);
        return [.. newest.Reverse()];
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> ListOfAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Hex(parties, nameof(parties));
        return await table.ReadAsync<IReadOnlyList<RememberedApprovalRow>>(
            connection =>
            [
                .. wanted.SelectMany(party => Map.Select(connection, $"WHERE party_digest = $0 AND {Kept}$1", party, now.UtcTicks))
                    .OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal),
            ],
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<RememberedApprovalRow?> ForgetAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        var forgotten = await table.WriteAsync(connection => Forget(connection, "id", id, now), cancellation).ConfigureAwait(false);
        return forgotten.Count > 0 ? forgotten[0] : null;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> ForgetAllAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var wanted = Columns(parties, persons);
        return await table.WriteAsync(connection => Forget(connection, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RememberedApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var wanted = Columns(parties, persons);
        return await table.WriteAsync<IReadOnlyList<RememberedApprovalRow>>(
            connection =>
            {
                var forgotten = Forget(connection, wanted, now);
                foreach (var (column, digest) in wanted)
                    StoreTable.Run(connection, $"UPDATE remembered_approvals SET sealed = x'' WHERE {column} = $0", digest);
                return [.. forgotten.Select(static row => row with { Sealed = default })];
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, bool isForgotten, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            connection => isForgotten
                ? StoreTable.Run(connection, "DELETE FROM remembered_approvals WHERE id = $0 AND forgotten = 1", id)
                : StoreTable.Run(connection, "UPDATE remembered_approvals SET noted = 1 WHERE id = $0 AND forgotten = 0", id),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RememberedApprovalRow>> UnnotedAsync(CancellationToken cancellation = default) =>
        table.ReadAsync(static connection => Map.Select(connection, "WHERE noted = 0 ORDER BY made_at, id"), cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now);

    private static ApprovalAdding Add(SqliteConnection connection, RememberedApprovalRow row, int mostOfParty, int most)
    {
        if (HasScope(connection, row)) return ApprovalAdding.Exists;
        if (Map.Exists(connection, row)) throw new ArgumentException("The identifier is there already.", nameof(row));
        var (now, party) = (row.At.UtcTicks, StoredDigests.Hex(row.Party));
        if (StoreTable.Any(connection, $"SELECT 1 FROM remembered_approvals WHERE {Kept}$0 LIMIT 1 OFFSET $1", now, most - 1)
            || StoreTable.Any(
                connection, $"SELECT 1 FROM remembered_approvals WHERE party_digest = $2 AND {Kept}$0 LIMIT 1 OFFSET $1", now, mostOfParty - 1,
                party))
            return ApprovalAdding.Crowded;
        Map.Insert(connection, "", row with { IsNoted = false });
        return ApprovalAdding.Added;
    }

    private static bool HasScope(SqliteConnection connection, RememberedApprovalRow row) => StoreTable.Any(
        connection, $"SELECT 1 FROM remembered_approvals WHERE scope_digest = $0 AND {Kept}$1", StoredDigests.Hex(row.Scope), row.At.UtcTicks);

    private static IReadOnlyList<RememberedApprovalRow> Forget(
        SqliteConnection connection, IReadOnlyList<(string Column, string Digest)> wanted, DateTimeOffset now) =>
        [.. wanted.SelectMany(one => Forget(connection, one.Column, one.Digest, now)).OrderBy(static row => row.At)
            .ThenBy(static row => row.Id, StringComparer.Ordinal)];

    private static IReadOnlyList<RememberedApprovalRow> Forget(SqliteConnection connection, string column, string value, DateTimeOffset now)
    {
        var kept = Map.Select(connection, $"WHERE {column} = $0 AND {Kept}$1", value, now.UtcTicks);
        StoreTable.Run(connection, $"UPDATE remembered_approvals SET forgotten = 1, noted = 0 WHERE {column} = $0 AND {Kept}$1", value, now.UtcTicks);
        return [.. kept.Select(static row => row with { IsForgotten = true, IsNoted = false })];
    }

    private static IReadOnlyList<(string Column, string Digest)> Columns(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons) =>
    [
        .. StoredDigests.Hex(parties, nameof(parties)).Select(static digest => ("party_digest", digest)),
        .. StoredDigests.Hex(persons, nameof(persons)).Select(static digest => ("person_digest", digest)),
    ];
}
