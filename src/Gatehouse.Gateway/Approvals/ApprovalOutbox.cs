using Gatehouse.Audit;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Entries that a crash or a full log left out. They are written before anything else is done with their question. Questions whose time is over get
/// their last entry here.
/// </summary>
/// <param name="parts">The shared parts.</param>
/// <param name="reader">Reads the answers.</param>
/// <param name="ends">The end of one question.</param>
/// <param name="access">Rights for a time: the effect of an entry about a grant of one.</param>
internal sealed class ApprovalOutbox(ApprovalParts parts, ApprovalReader reader, ApprovalEnds ends, AccessGrants access)
{
    /// <summary>
    /// Expires what is over, and writes the entries that are missing: of a crash, or of a time in which the log could not be written. One question
    /// that fails keeps no other one from being done.
    /// </summary>
    /// <exception cref="StoreException">The store refused; the rest follows with the next run.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; it follows with the next run.</exception>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var faults = new FirstFault();
        IReadOnlyList<string> over = [];
        await faults.RunAsync(async () => over = await parts.Store.ExpireAsync(parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false))
            .ConfigureAwait(false);
        foreach (var id in over) parts.Rights.End(id);
        await faults.ForEachAsync(over, id => NoteOverAsync(id, cancellation)).ConfigureAwait(false);
        await faults.RunAsync(() => RecoverAsync(cancellation)).ConfigureAwait(false);
        faults.Throw();
    }

    /// <summary>Writes the entries that are missing.</summary>
    /// <inheritdoc cref="SweepAsync"/>
    public async Task RecoverAsync(CancellationToken cancellation)
    {
        var faults = new FirstFault();
        var ids = (await parts.Store.UnnotedAsync(cancellation).ConfigureAwait(false))
            .Concat(await parts.Store.UnnotedAnswersAsync(cancellation).ConfigureAwait(false)).Distinct(StringComparer.Ordinal);
        await faults.ForEachAsync(ids, async id =>
        {
            using var turn = await parts.Turns.TakeAsync(id, cancellation).ConfigureAwait(false);
            await SettledAsync(id, cancellation, DateTimeOffset.MinValue).ConfigureAwait(false); // also where its time in the store is over
        }).ConfigureAwait(false);
        faults.Throw();
    }

    /// <summary>Returns a question as it is now, once every entry about it is in the log. It runs in the turn of the question.</summary>
    /// <param name="id">The question.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="moment">The moment for which the store is asked; null for now.</param>
    /// <param name="cause">The cause of a closing, where it is known; null otherwise.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="StoreException">The store refused.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written.</exception>
    public async Task<ApprovalRow?> SettledAsync(
        string id, CancellationToken cancellation, DateTimeOffset? moment = null, string? cause = null)
    {
        var now = moment ?? parts.Time.GetUtcNow();
        if (await parts.Store.FindAsync(id, now, cancellation).ConfigureAwait(false) is not { } row) return null;
        // A right ends whether or not its entries can be written.
        if (row is { Kind: ApprovalKind.Access, State: not (ApprovalState.Open or ApprovalState.Granted) }) parts.Rights.End(id);
        var answers = await parts.Store.AnswersAsync(id, now, cancellation).ConfigureAwait(false);
        if (row.IsNoted && answers.All(static answer => answer.IsNoted)) return row;
        var facts = parts.Boxes.Open(row);
        if (!row.IsNoted && row.State == ApprovalState.Open) await parts.Changes.AskedAsync(row, facts, isRecovered: true).ConfigureAwait(false);
        foreach (var answer in answers.Where(static answer => !answer.IsNoted && !AccessGrants.IsRevocation(answer)))
        {
            var granted = answers.Count(static one => one.Grants);
            await parts.Changes.AnsweredAsync(row, facts, answer, parts.Boxes.Open(answer), granted, isRecovered: true).ConfigureAwait(false);
            await parts.Store.NoteAnswerAsync(id, answer.Person, CancellationToken.None).ConfigureAwait(false);
        }

        if (answers.FirstOrDefault(AccessGrants.IsRevocation) is { } act)
            await access.NoteRevokedAsync(row, facts, act, parts.Boxes.Open(act), isRecovered: true).ConfigureAwait(false);
        else if (!row.IsNoted) await SettleAsync(row, facts, answers, cause).ConfigureAwait(false);
        Release(row, answers);
        return row with { IsNoted = true };
    }

    // The entry of a decision is the one of the answer that decided. A question is answered only after its entry is in the log.
    private async Task SettleAsync(ApprovalRow row, ApprovalFacts? facts, IReadOnlyList<ApprovalAnswerRow> answers, string? cause)
    {
        if (row.State is ApprovalState.Open or ApprovalState.Granted or ApprovalState.Denied)
        {
            await parts.Store.NoteAsync(row.Id, row.State, CancellationToken.None).ConfigureAwait(false);
            if (row.State == ApprovalState.Granted) await access.BeginAsync(row, facts).ConfigureAwait(false);
            return;
        }

        var why = row.State == ApprovalState.Closed ? cause ?? ApprovalJournal.UnknownCause
            : row.State == ApprovalState.Expired ? WhyOver(row, answers.Count(static answer => answer.Grants)) : "";
        await ends.NoteAsync(row, facts, why, isRecovered: cause is null).ConfigureAwait(false);
    }

    // Exchanges that waited while the entry could not be written.
    private void Release(ApprovalRow row, IReadOnlyList<ApprovalAnswerRow> answers)
    {
        if (row.State == ApprovalState.Open) return;
        var outcome = row.State switch
        {
            ApprovalState.Granted => ApprovalOutcome.Approved,
            ApprovalState.Denied => ApprovalOutcome.Refused,
            _ => ApprovalOutcome.Outdated,
        };
        parts.Waiters.Release(row.Id, new ApprovalAnswer(outcome, answers.Count == 0 ? null : answers[^1].Way) { Id = row.Id });
    }

    private async Task NoteOverAsync(string id, CancellationToken cancellation)
    {
        using var turn = await parts.Turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        var found = await parts.Store.FindAsync(id, DateTimeOffset.MinValue, cancellation).ConfigureAwait(false);
        if (found is not { State: ApprovalState.Expired, IsNoted: false } row) return; // another act has written the entry meanwhile
        var granted = await reader.GrantedAsync(row, cancellation).ConfigureAwait(false);
        await ends.NoteAsync(row, parts.Boxes.Open(row), WhyOver(row, granted), isRecovered: false).ConfigureAwait(false);
    }

    // A right ended by its time, or no person answered in time.
    private static string WhyOver(ApprovalRow row, int granted) =>
        row.Kind != ApprovalKind.Access ? "" : granted >= row.Needed ? "time" : "not-answered";
}
