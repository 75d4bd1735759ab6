using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Doubles;

/// <summary>The store of questions, unchanged. A double changes one act of it.</summary>
internal abstract class ApprovalStoreDouble(IApprovalStore real) : IApprovalStore
{
    public virtual ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.ChangeAsync(id, from, to, now, cancellation);

    public virtual ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, ApprovalBounds bounds, CancellationToken cancellation = default) =>
        real.AddAsync(row, bounds, cancellation);

    public virtual ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.FindAsync(id, now, cancellation);

    public virtual ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.FindByDigestAsync(digests, now, cancellation);

    public virtual ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.FindLikeAsync(likes, now, cancellation);

    public virtual ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.ListAsync(state, kind, before, most, now, cancellation);

    public virtual ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(
        string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.AnswersAsync(id, now, cancellation);

    public virtual ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.AnswerAsync(answer, grantExpires, now, cancellation);

    public virtual ValueTask<bool> WithdrawAsync(
        ApprovalAnswerRow act, ApprovalState from, DateTimeOffset now, CancellationToken cancellation = default) =>
        real.WithdrawAsync(act, from, now, cancellation);

    public virtual ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        real.ExpireAsync(now, cancellation);

    public virtual ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation = default) =>
        real.NoteAsync(id, state, cancellation);

    public virtual ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation = default) =>
        real.NoteAnswerAsync(id, person, cancellation);

    public virtual ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default) =>
        real.EraseAsync(parties, persons, now, cancellation);

    public virtual ValueTask<IReadOnlyList<string>> UnnotedAsync(CancellationToken cancellation = default) => real.UnnotedAsync(cancellation);

    public virtual ValueTask<IReadOnlyList<string>> UnnotedAnswersAsync(CancellationToken cancellation = default) =>
        real.UnnotedAnswersAsync(cancellation);
}
