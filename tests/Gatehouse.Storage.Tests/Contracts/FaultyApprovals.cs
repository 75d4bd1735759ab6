using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>Questions with faults that are chosen one by one.</summary>
internal sealed class FaultyApprovals(IApprovalStore inner) : IApprovalStore
{
    public bool SpendsTwice { get; init; }

    public bool DecidesTwice { get; init; }

    public bool CountsTwice { get; init; }

    public bool HasNoBound { get; init; }

    public bool HasNoBoundOfBytes { get; init; }

    public bool HasNoEnd { get; init; }

    public bool ExpiresTwice { get; init; }

    public bool NotesAtOnce { get; init; }

    public bool NotesAnyState { get; init; }

    public bool ErasesNothing { get; init; }

    public bool TakesAnyDigest { get; init; }

    public bool ForgetsActs { get; init; }

    public bool ListsAnyKind { get; init; }

    public bool RepeatsPages { get; init; }

    public async ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, ApprovalBounds bounds, CancellationToken cancellation)
    {
        if (HasNoBound) bounds = bounds with { MostOpenOfParty = int.MaxValue, MostOpen = int.MaxValue };
        if (HasNoBoundOfBytes) bounds = bounds with { MostBytesOfParty = long.MaxValue, MostBytes = long.MaxValue };
        var added = await inner.AddAsync(row, bounds, cancellation);
        if (NotesAtOnce) await inner.NoteAsync(row.Id, ApprovalState.Open, cancellation);
        return TakesAnyDigest && added == ApprovalAdding.Exists ? ApprovalAdding.Added : added;
    }

    public ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation) => inner.FindAsync(id, now, cancellation);

    public ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation) =>
        inner.FindByDigestAsync(digests, now, cancellation);

    public ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation) =>
        inner.FindLikeAsync(likes, now, cancellation);

    public ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now, CancellationToken cancellation) =>
        inner.ListAsync(state, ListsAnyKind ? null : kind, RepeatsPages ? null : before, most, now, cancellation);

    public ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(string id, DateTimeOffset now, CancellationToken cancellation) =>
        inner.AnswersAsync(id, now, cancellation);

    public async ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation)
    {
        var result = await inner.AnswerAsync(answer, grantExpires, HasNoEnd ? DateTimeOffset.MinValue : now, cancellation);
        return result.Outcome switch
        {
            AnswerOutcome.Over when DecidesTwice => result with { Outcome = AnswerOutcome.Decided },
            AnswerOutcome.SamePerson when CountsTwice => result with { Outcome = AnswerOutcome.Counted, Granted = result.Granted + 1 },
            _ => result,
        };
    }

    public async ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation) =>
        await inner.ChangeAsync(id, from, to, HasNoEnd ? DateTimeOffset.MinValue : now, cancellation)
        || (SpendsTwice && from == ApprovalState.Granted);

    public ValueTask<bool> WithdrawAsync(
        ApprovalAnswerRow act, ApprovalState from, DateTimeOffset now, CancellationToken cancellation) =>
        ForgetsActs && from == ApprovalState.Granted ? inner.ChangeAsync(act.ApprovalId, from, ApprovalState.Closed, now, cancellation)
            : inner.WithdrawAsync(act, from, HasNoEnd ? DateTimeOffset.MinValue : now, cancellation);

    public async ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var expired = await inner.ExpireAsync(now, cancellation);
        return ExpiresTwice ? [.. expired, .. expired] : expired;
    }

    public async ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation)
    {
        await inner.NoteAsync(id, state, cancellation);
        if (!NotesAnyState) return;
        foreach (var any in Enum.GetValues<ApprovalState>()) await inner.NoteAsync(id, any, cancellation);
    }

    public ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation) =>
        inner.NoteAnswerAsync(id, person, cancellation);

    public ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation) => inner.EraseAsync(parties, ErasesNothing ? [] : persons, now, cancellation);

    public ValueTask<IReadOnlyList<string>> UnnotedAsync(CancellationToken cancellation) => inner.UnnotedAsync(cancellation);

    public async ValueTask<IReadOnlyList<string>> UnnotedAnswersAsync(CancellationToken cancellation) =>
        NotesAtOnce ? [] : await inner.UnnotedAnswersAsync(cancellation);
}
