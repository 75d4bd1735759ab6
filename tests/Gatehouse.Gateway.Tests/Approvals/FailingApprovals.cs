using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>Questions of which one act in the store fails, before or after it was done.</summary>
internal sealed class FailingApprovals(IApprovalStore inner) : IApprovalStore
{
    /// <summary>Name of the act that fails; empty for none.</summary>
    public string Failing { get; set; } = "";

    /// <summary>True when the act is done and its answer is lost.</summary>
    public bool IsDone { get; set; }

    /// <summary>Runs before an act, by its name.</summary>
    public Func<string, Task> Before { get; set; } = static _ => Task.CompletedTask;

    public ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, ApprovalBounds bounds, CancellationToken cancellation = default) =>
        RunAsync("add", () => inner.AddAsync(row, bounds, cancellation));

    public ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("find", () => inner.FindAsync(id, now, cancellation));

    public ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("find-by-digest", () => inner.FindByDigestAsync(digests, now, cancellation));

    public ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("find-like", () => inner.FindLikeAsync(likes, now, cancellation));

    public ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("list", () => inner.ListAsync(state, kind, before, most, now, cancellation));

    public ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("answers", () => inner.AnswersAsync(id, now, cancellation));

    public ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("answer", () => inner.AnswerAsync(answer, grantExpires, now, cancellation));

    public ValueTask<bool> ChangeAsync(
        string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("change", () => inner.ChangeAsync(id, from, to, now, cancellation));

    public ValueTask<bool> WithdrawAsync(
        ApprovalAnswerRow act, ApprovalState from, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("withdraw", () => inner.WithdrawAsync(act, from, now, cancellation));

    public ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync("expire", () => inner.ExpireAsync(now, cancellation));

    public async ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation = default) => await RunAsync("note", async () =>
    {
        await inner.NoteAsync(id, state, cancellation);
        return true;
    });

    public async ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation = default) =>
        await RunAsync("note-answer", async () =>
        {
            await inner.NoteAnswerAsync(id, person, cancellation);
            return true;
        });

    public ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default) => RunAsync("erase", () => inner.EraseAsync(parties, persons, now, cancellation));

    public ValueTask<IReadOnlyList<string>> UnnotedAsync(CancellationToken cancellation = default) => inner.UnnotedAsync(cancellation);

    public ValueTask<IReadOnlyList<string>> UnnotedAnswersAsync(CancellationToken cancellation = default) =>
        inner.UnnotedAnswersAsync(cancellation);

    private async ValueTask<T> RunAsync<T>(string act, Func<ValueTask<T>> run)
    {
        await Before(act);
        if (act != Failing) return await run();
        if (IsDone) await run();
        throw new StoreException("the disk is gone");
    }
}
