using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Doubles;

/// <summary>Questions whose grants are never used up: each use finds them as the first did.</summary>
internal sealed class UnspentApprovals(IApprovalStore real) : IApprovalStore
{
    public ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default) =>
        to == ApprovalState.Spent ? ValueTask.FromResult(true) : real.ChangeAsync(id, from, to, now, cancellation);

    public ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, int mostOpenOfParty, int mostOpen, CancellationToken cancellation = default) =>
        real.AddAsync(row, mostOpenOfParty, mostOpen, cancellation);

    public ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.FindAsync(id, now, cancellation);

    public ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.FindByDigestAsync(digests, now, cancellation);

    public ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.FindLikeAsync(likes, now, cancellation);

    public ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.ListAsync(state, kind, before, most, now, cancellation);

    public ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.AnswersAsync(id, now, cancellation);

    public ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.AnswerAsync(answer, grantExpires, now, cancellation);

    public ValueTask<bool> WithdrawAsync(
        ApprovalAnswerRow act, ApprovalState from, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.WithdrawAsync(act, from, now, cancellation);

    public ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        real.ExpireAsync(now, cancellation);

    public ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation = default) => real.NoteAsync(id, state, cancellation);

    public ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation = default) =>
        real.NoteAnswerAsync(id, person, cancellation);

    public ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default) =>
        real.EraseAsync(parties, persons, now, cancellation);

    public ValueTask<IReadOnlyList<string>> UnnotedAsync(CancellationToken cancellation = default) => real.UnnotedAsync(cancellation);

    public ValueTask<IReadOnlyList<string>> UnnotedAnswersAsync(CancellationToken cancellation = default) =>
        real.UnnotedAnswersAsync(cancellation);
}
