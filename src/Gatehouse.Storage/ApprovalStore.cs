using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Questions and answers in the store.</summary>
internal sealed class ApprovalStore(Database database, int rowLimit, TimeProvider time) : IApprovalStore
{
    private readonly StoreTable table =
        database.Table(ApprovalTables.Questions.Table, rowLimit, time, ApprovalTables.MayGo, ApprovalTables.Rooms);
    private readonly StoreTable answers =
        database.Table(ApprovalTables.Answers.Table, rowLimit, time, ApprovalTables.AnswerMayGo, ApprovalTables.Rooms);

    /// <inheritdoc />
    public async ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, ApprovalBounds bounds, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        ArgumentNullException.ThrowIfNull(bounds);
        bounds.Validate();
        if (row.State != ApprovalState.Open) throw new ArgumentException("Only an open question is added.", nameof(row));
        return await table.AddAsync(
            work => ApprovalTables.HasLiveAsync(work, row), work => AddAsync(work, row, bounds), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(work => ApprovalTables.FindAsync(work, id, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Bytes(digests, nameof(digests));
        return await table.ReadAsync(work => ApprovalTables.FindByDigestAsync(work, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wanted = StoredDigests.Bytes(likes, nameof(likes));
        return await table.ReadAsync(work => ApprovalTables.FindLikeAsync(work, wanted, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await table.ReadAsync(work => ApprovalTables.ListAsync(work, state, kind, before, most, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(
        string id, DateTimeOffset now, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        return await table.ReadAsync(
            work => ApprovalTables.Answers.SelectAsync(
                work, "WHERE approval_key = $1 AND valid_until > $2 ORDER BY made_at, person_digest", RowKey.Of(id), now.UtcTicks),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        answer.Validate();
        return await answers.AddAsync(
            async work => await ApprovalTables.RefusalAsync(work, answer, now).ConfigureAwait(false) is not null
                || await ApprovalTables.Answers.ExistsAsync(work, answer).ConfigureAwait(false),
            async work => await ApprovalTables.RefusalAsync(work, answer, now).ConfigureAwait(false)
                ?? await AnswerAsync(work, answer, grantExpires, now).ConfigureAwait(false),
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
            work => work.RunAsync(ApprovalTables.Change, RowKey.Of(id), (int)from, (int)to, now.UtcTicks), cancellation).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc />
    public async ValueTask<bool> WithdrawAsync(
        ApprovalAnswerRow act, ApprovalState from, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(act);
        act.ValidateWithdrawal(from);
        return await answers.AddAsync(static _ => ValueTask.FromResult(true), WithdrawAsync, cancellation).ConfigureAwait(false);

        async ValueTask<bool> WithdrawAsync(Work work)
        {
            var changed = await work.RunAsync(
                ApprovalTables.Change, RowKey.Of(act.ApprovalId), (int)from, (int)ApprovalState.Closed, now.UtcTicks).ConfigureAwait(false);
            if (changed == 0) return false;
            await ApprovalTables.Answers.InsertAsync(work, ApprovalTables.Again, act with { IsNoted = false }).ConfigureAwait(false);
            return true;
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        table.WriteAsync(work => ApprovalTables.ExpireAsync(work, now), cancellation);

    /// <inheritdoc />
    public async ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        await table.WriteAsync(
            work => work.RunAsync("UPDATE approvals SET noted = 1 WHERE key = $1 AND state = $2", RowKey.Of(id), (int)state), cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation = default)
    {
        StoredText.Check(id, nameof(id));
        StoredText.CheckDigest(person, nameof(person));
        await table.WriteAsync(
            work => work.RunAsync("UPDATE approval_answers SET noted = 1 WHERE key = $1", ApprovalTables.AnswerKey(id, person)), cancellation)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var (ofParties, ofPersons) = (StoredDigests.Bytes(parties, nameof(parties)), StoredDigests.Bytes(persons, nameof(persons)));
        return await table.WriteAsync(work => ApprovalTables.EraseAsync(work, ofParties, ofPersons, now), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> UnnotedAsync(CancellationToken cancellation = default) => table.ReadAsync(
        static work => work.SelectAsync("SELECT id FROM approvals WHERE noted = 0 ORDER BY changed_at, id", static row => row.Text(0)), cancellation);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> UnnotedAnswersAsync(CancellationToken cancellation = default) => table.ReadAsync(
        static work => work.SelectAsync(
            "SELECT approval_id FROM approval_answers WHERE noted = 0 GROUP BY approval_id ORDER BY MIN(made_at), approval_id",
            static row => row.Text(0)),
        cancellation);

    private static async ValueTask<ApprovalAdding> AddAsync(Work work, ApprovalRow row, ApprovalBounds bounds)
    {
        if (await ApprovalTables.HasLiveAsync(work, row).ConfigureAwait(false)) return ApprovalAdding.Exists;
        if (await ApprovalTables.Questions.ExistsAsync(work, row).ConfigureAwait(false))
            throw new ArgumentException("The identifier is there already.", nameof(row));
        if (await ApprovalTables.IsCrowdedAsync(work, row, bounds).ConfigureAwait(false)) return ApprovalAdding.Crowded;
        await ApprovalTables.TrimAsync(work, row, bounds).ConfigureAwait(false);
        await ApprovalTables.Questions.InsertAsync(work, "", row with { IsNoted = false }).ConfigureAwait(false);
        return ApprovalAdding.Added;
    }

    private static async ValueTask<AnswerResult> AnswerAsync(
        Work work, ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now)
    {
        await ApprovalTables.Answers.InsertAsync(work, ApprovalTables.Again, answer with { IsNoted = false }).ConfigureAwait(false);
        var open = (await ApprovalTables.FindAsync(work, answer.ApprovalId, now).ConfigureAwait(false))!;
        var granted = await ApprovalTables.GrantedAsync(work, open.Id).ConfigureAwait(false);
        if (answer.Grants && granted < open.Needed) return new AnswerResult(AnswerOutcome.Counted, open, granted);
        var key = RowKey.Of(open.Id);
        if (answer.Grants)
        {
            var kept = Math.Max(grantExpires.UtcTicks, answer.Until.UtcTicks);
            await work.RunAsync(ApprovalTables.Grant, key, now.UtcTicks, grantExpires.UtcTicks, kept).ConfigureAwait(false);
            await work.RunAsync(ApprovalTables.KeepAnswers, key, answer.Until.UtcTicks).ConfigureAwait(false);
        }
        else await work.RunAsync(ApprovalTables.Change, key, (int)ApprovalState.Open, (int)ApprovalState.Denied, now.UtcTicks).ConfigureAwait(false);
        return new AnswerResult(
            AnswerOutcome.Decided, await ApprovalTables.Questions.FindAsync(work, "WHERE key = $1", key).ConfigureAwait(false), granted);
    }
}
