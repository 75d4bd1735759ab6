namespace Gatehouse.Storage.Abstractions;

/// <summary>The questions of a store that keeps none: nothing can be asked, and there is nothing to find.</summary>
public sealed class NoApprovalStore : IApprovalStore
{
    /// <inheritdoc />
    public ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, int mostOpenOfParty, int mostOpen, CancellationToken cancellation = default) =>
        ValueTask.FromException<ApprovalAdding>(new StoreException("This store keeps no approvals. Nothing was added."));

    /// <inheritdoc />
    public ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => default;

    /// <inheritdoc />
    public ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default) => default;

    /// <inheritdoc />
    public ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation = default) => default;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, int most, DateTimeOffset now, CancellationToken cancellation = default) => new([]);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(
        string id, DateTimeOffset now, CancellationToken cancellation = default) => new([]);

    /// <inheritdoc />
    public ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation = default) =>
        new(new AnswerResult(AnswerOutcome.Unknown, null, 0));

    /// <inheritdoc />
    public ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default) => new(false);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ApprovalRow>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) => new([]);

    /// <inheritdoc />
    public ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation = default) => default;

    /// <inheritdoc />
    public ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation = default) => default;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ApprovalRow>> UnnotedAsync(CancellationToken cancellation = default) => new([]);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ApprovalAnswerRow>> UnnotedAnswersAsync(CancellationToken cancellation = default) => new([]);
}
