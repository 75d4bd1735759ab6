using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Questions and answers in the file.</summary>
internal sealed class SqliteApprovals(WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time) : IApprovalStore
{
    private readonly StoreTable table = new(ApprovalTables.Questions.Table, writes, reads, rowLimit, time, ApprovalTables.MayGo);
    private readonly StoreTable answers = new(ApprovalTables.Answers.Table, writes, reads, rowLimit, time, ApprovalTables.MayGo);

    /// <inheritdoc />
    public async ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, ApprovalBounds bounds, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentNullException.ThrowIfNull(bounds);
        bounds.Validate();
        if (row.State != ApprovalState.Open) throw new ArgumentException("Only an open question is added.", nameof(row));
        return await table.AddAsync(
            connection => ApprovalTables.HasLive(connection, row),
            connection => Add(connection, row, bounds),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(connection => ApprovalTables.Find(connection, id, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Hex(digests, nameof(digests));
        return await table.ReadAsync(connection => ApprovalTables.FindByDigest(connection, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Hex(likes, nameof(likes));
        return await table.ReadAsync(connection => ApprovalTables.FindLike(connection, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await table.ReadAsync(
            connection => ApprovalTables.List(connection, state, kind, before, most, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(
        string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(
            connection => ApprovalTables.Answers.Select(
                connection, "WHERE approval_id = $0 AND valid_until > $1 ORDER BY made_at, person_digest", id, now.UtcTicks),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        answer.Validate();
        return await answers.AddAsync(
            connection => ApprovalTables.Refusal(connection, answer, now) is not null || ApprovalTables.Answers.Exists(connection, answer),
            connection => ApprovalTables.Refusal(connection, answer, now) ?? Answer(connection, answer, grantExpires, now),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        var isKnown = (from, to) is (ApprovalState.Granted, ApprovalState.Spent)
            or (ApprovalState.Open or ApprovalState.Granted, ApprovalState.Closed);
        if (!isKnown) throw new ArgumentException($"There is no change from {from} to {to}.", nameof(to));
        return await table.WriteAsync(
            connection => StoreTable.Run(connection, ApprovalTables.Change, id, (int)from, (int)to, now.UtcTicks) == 1,
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> WithdrawAsync(
        ApprovalAnswerRow act, ApprovalState from, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(act);
        act.ValidateWithdrawal(from);
        return await answers.AddAsync(static _ => true, Withdraw, cancellation).ConfigureAwait(false);

        bool Withdraw(SqliteConnection connection)
        {
            if (StoreTable.Run(connection, ApprovalTables.Change, act.ApprovalId, (int)from, (int)ApprovalState.Closed, now.UtcTicks) == 0)
                return false;
            ApprovalTables.Answers.Insert(connection, ApprovalTables.Again, act with { IsNoted = false });
            return true;
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.WriteAsync(connection => ApprovalTables.Expire(connection, now), cancellation);

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            connection => StoreTable.Run(connection, "UPDATE approvals SET noted = 1 WHERE id = $0 AND state = $1", id, (int)state),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        StoredText.CheckDigest(person, nameof(person));
        await table.WriteAsync(
            connection => StoreTable.Run(
                connection, "UPDATE approval_answers SET noted = 1 WHERE approval_id = $0 AND person_digest = $1", id, StoredDigests.Hex(person)),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var (ofParties, ofPersons) = (StoredDigests.Hex(parties, nameof(parties)), StoredDigests.Hex(persons, nameof(persons)));
        return await table.WriteAsync(
            connection => ApprovalTables.Erase(connection, ofParties, ofPersons, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> UnnotedAsync(CancellationToken cancellation = default) => table.ReadAsync(
        static connection => StoreTable.Texts(connection, "SELECT id FROM approvals WHERE noted = 0 ORDER BY changed_at, id"), cancellation);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> UnnotedAnswersAsync(CancellationToken cancellation = default) => table.ReadAsync(
        static connection => StoreTable.Texts(
            connection, "SELECT approval_id FROM approval_answers WHERE noted = 0 GROUP BY approval_id ORDER BY MIN(made_at), approval_id"),
        cancellation);

    /// <summary>Removes expired rows, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now) => table.CleanUp(connection, now) + answers.CleanUp(connection, now);

    private static ApprovalAdding Add(SqliteConnection connection, ApprovalRow row, ApprovalBounds bounds)
    {
        if (ApprovalTables.HasLive(connection, row)) return ApprovalAdding.Exists;
        if (ApprovalTables.Questions.Exists(connection, row)) throw new ArgumentException("The identifier is there already.", nameof(row));
        if (ApprovalTables.IsCrowded(connection, row, bounds)) return ApprovalAdding.Crowded;
        ApprovalTables.Trim(connection, row, bounds);
        ApprovalTables.Questions.Insert(connection, "", row with { IsNoted = false });
        return ApprovalAdding.Added;
    }

    private static AnswerResult Answer(SqliteConnection connection, ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now)
    {
        ApprovalTables.Answers.Insert(connection, ApprovalTables.Again, answer with { IsNoted = false });
        var (open, granted) = (ApprovalTables.Find(connection, answer.ApprovalId, now)!, ApprovalTables.Granted(connection, answer.ApprovalId));
        if (answer.Grants && granted < open.Needed) return new AnswerResult(AnswerOutcome.Counted, open, granted);
        if (answer.Grants)
        {
            StoreTable.Run(connection, ApprovalTables.Grant, open.Id, now.UtcTicks, grantExpires.UtcTicks, answer.Until.UtcTicks);
            StoreTable.Run(connection, ApprovalTables.KeepAnswers, open.Id, answer.Until.UtcTicks);
        }
        else StoreTable.Run(connection, ApprovalTables.Change, open.Id, (int)ApprovalState.Open, (int)ApprovalState.Denied, now.UtcTicks);
        return new AnswerResult(AnswerOutcome.Decided, ApprovalTables.Questions.Select(connection, "WHERE id = $0", open.Id)[0], granted);
    }
}
