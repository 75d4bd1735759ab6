using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Questions about calls, and the exchanges of this process that wait for their answers.</summary>
/// <param name="parts">The shared parts.</param>
/// <param name="ends">The end of one question.</param>
/// <param name="outbox">Entries that are missing.</param>
internal sealed class ApprovalQuestions(ApprovalParts parts, ApprovalEnds ends, ApprovalOutbox outbox)
{
    /// <summary>Number of exchanges of this process that wait for an answer. Their questions are stored.</summary>
    public int Waiting => parts.Waiters.Count;

    /// <inheritdoc cref="ApprovalBoxes.Seal(string, ApprovalFacts, DateTimeOffset)"/>
    public byte[]? Seal(string id, ApprovalFacts facts, DateTimeOffset at) => parts.Boxes.Seal(id, facts, at);

    /// <summary>Opens a question, and waits for its answer.</summary>
    /// <exception cref="StoreException">The store refused.</exception>
    /// <exception cref="AuditUnavailableException">It is stored, and people can answer it once its entry can be written.</exception>
    public async Task<ApprovalStep> OpenAsync(
        ApprovalRow row, ApprovalFacts facts, ApprovalBounds bounds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var turn = await parts.Turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
        switch (await parts.Store.AddAsync(row, bounds, cancellation).ConfigureAwait(false))
        {
            case ApprovalAdding.Exists: return ApprovalStep.Again;
            case ApprovalAdding.Crowded: return ApprovalStep.Of(new ApprovalAnswer(ApprovalOutcome.Crowded));
        }

        await parts.Changes.AskedAsync(row, facts, isRecovered: false).ConfigureAwait(false);
        await parts.Store.NoteAsync(row.Id, ApprovalState.Open, CancellationToken.None).ConfigureAwait(false);
        return new ApprovalStep(null, row, parts.Waiters.Add(row.Id));
    }

    /// <summary>Takes the answer of a question that is there, or waits for it.</summary>
    /// <param name="id">The question.</param>
    /// <param name="denialLife">Time for which a denial answers the same call.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store refused.</exception>
    /// <exception cref="AuditUnavailableException">An entry about the question is missing, and could not be written.</exception>
    public async Task<ApprovalStep> JoinAsync(string id, TimeSpan denialLife, CancellationToken cancellation)
    {
        using var turn = await parts.Turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        if (await outbox.SettledAsync(id, cancellation).ConfigureAwait(false) is not { } row) return ApprovalStep.Again;
        var now = parts.Time.GetUtcNow();
        // Threat: the person was erased, and the question still counts although no person can see what it is about.
        if (row.State is ApprovalState.Open or ApprovalState.Granted && parts.Boxes.Open(row) is null)
        {
            await ends.CloseAsync(row, null, "erased").ConfigureAwait(false);
            return ApprovalStep.Again;
        }

        return row.State switch
        {
            ApprovalState.Open when row.Expires > now => new ApprovalStep(null, row, parts.Waiters.Add(id)),
            ApprovalState.Granted when row.Expires > now =>
                ApprovalStep.Of(await AnswerOfAsync(row, ApprovalOutcome.Approved, cancellation).ConfigureAwait(false)),
            ApprovalState.Denied when row.ChangedAt + denialLife > now =>
                ApprovalStep.Of(await AnswerOfAsync(row, ApprovalOutcome.Refused, cancellation).ConfigureAwait(false)),
            _ => ApprovalStep.Again,
        };
    }

    /// <summary>Waits no longer.</summary>
    public void Leave(string id, TaskCompletionSource<ApprovalAnswer> waiter) => parts.Waiters.Remove(id, waiter);

    /// <inheritdoc cref="ApprovalWaiters.RemoveAll"/>
    public void LeaveAll(string id) => parts.Waiters.RemoveAll(id);

    /// <summary>Closes a question if no exchange of this process waits for it.</summary>
    /// <exception cref="StoreException">The store refused.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; it follows with a sweep.</exception>
    public async Task CloseWithoutWaitersAsync(string id, string why)
    {
        using var turn = await parts.Turns.TakeAsync(id, CancellationToken.None).ConfigureAwait(false);
        if (parts.Waiters.HasAny(id)) return;
        if (await outbox.SettledAsync(id, CancellationToken.None).ConfigureAwait(false) is { State: ApprovalState.Open } row)
            await ends.CloseAsync(row, parts.Boxes.Open(row), why).ConfigureAwait(false);
    }

    // The answer to a call that meets a decided question names the way of the last answer.
    private async Task<ApprovalAnswer> AnswerOfAsync(ApprovalRow row, ApprovalOutcome outcome, CancellationToken cancellation)
    {
        var answers = await parts.Store.AnswersAsync(row.Id, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return new ApprovalAnswer(outcome, answers.Count == 0 ? null : answers[^1].Way) { Id = row.Id };
    }
}
