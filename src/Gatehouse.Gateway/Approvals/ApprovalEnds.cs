using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The end of one question, in its turn: the change in the store, the entry, and the release of the exchanges that wait.</summary>
/// <param name="parts">The shared parts.</param>
internal sealed class ApprovalEnds(ApprovalParts parts)
{
    /// <summary>Closes a question if it is still in the state of the row.</summary>
    /// <param name="row">The question, open or granted.</param>
    /// <param name="facts">Its facts; null when they cannot be opened any more.</param>
    /// <param name="why">The cause.</param>
    /// <returns>Whether it was closed by this act.</returns>
    /// <exception cref="StoreException">The store refused; nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">It is closed, and the entry could not be written. The entry follows with a sweep.</exception>
    public async Task<bool> CloseAsync(ApprovalRow row, ApprovalFacts? facts, string why)
    {
        var at = parts.Time.GetUtcNow();
        var isClosed = await parts.Store.ChangeAsync(row.Id, row.State, ApprovalState.Closed, at, CancellationToken.None).ConfigureAwait(false);
        if (!isClosed) return false;
        parts.Rights.End(row.Id); // a right is withdrawn first: that must not wait for a full log
        await NoteAsync(row with { State = ApprovalState.Closed, ChangedAt = at }, facts, why, isRecovered: false).ConfigureAwait(false);
        parts.Waiters.Release(row.Id, new ApprovalAnswer(ApprovalOutcome.Outdated) { Id = row.Id });
        return true;
    }

    /// <summary>Writes the entry of an end that the store has.</summary>
    /// <param name="row">The question in its state of now: spent, expired or closed.</param>
    /// <param name="facts">Its facts; null when they cannot be opened any more.</param>
    /// <param name="why">The cause; empty for none.</param>
    /// <param name="isRecovered">True when a crash or a full log kept the entry from being written in time.</param>
    /// <exception cref="StoreException">The entry is written, and the row is not marked: the entry may be written again.</exception>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public async Task NoteAsync(ApprovalRow row, ApprovalFacts? facts, string why, bool isRecovered)
    {
        await parts.Changes.EndedAsync(row, facts, why, isRecovered).ConfigureAwait(false);
        await parts.Store.NoteAsync(row.Id, row.State, CancellationToken.None).ConfigureAwait(false);
    }
}
