using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The end of questions and grants whose ground is gone: a rule, a person, a right, a server.</summary>
/// <param name="parts">The shared parts.</param>
/// <param name="reader">Reads the questions.</param>
/// <param name="ends">The end of one question.</param>
/// <param name="outbox">Entries that are missing.</param>
/// <param name="access">Rights for a time.</param>
internal sealed class ApprovalClosing(ApprovalParts parts, ApprovalReader reader, ApprovalEnds ends, ApprovalOutbox outbox, AccessGrants access)
{
    /// <summary>Closes open questions, and grants that were not used. One that cannot be closed keeps no other one from being closed.</summary>
    /// <param name="why">Returns the cause for a question; null to leave it.</param>
    /// <param name="cancellation">Ends the work between two questions.</param>
    /// <returns>The numbers of questions and of grants that were closed, by the state in which each was closed.</returns>
    /// <exception cref="StoreException">The store refused; some may be closed.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; some may be closed.</exception>
    public async Task<ClosedQuestions> CloseAsync(
        Func<ApprovalRow, ApprovalFacts, CancellationToken, ValueTask<string?>> why, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(why);
        var (faults, ended) = (new FirstFault(), new List<(string Id, string Why)>());
        var (questions, grants) = (0, 0);
        // Threat: one entry that cannot be written keeps the other rights active. All of them end first, and their entries come afterwards.
        await EachOfAsync(ApprovalState.Granted, ApprovalKind.Access, async (row, _, cause) =>
        {
            if (await access.EndAsync(row.Id, cancellation).ConfigureAwait(false)) ended.Add((row.Id, cause));
        }).ConfigureAwait(false);
        await faults.ForEachAsync(ended, one => NoteClosedAsync(one.Id, one.Why, cancellation)).ConfigureAwait(false);
        // Open ones first: a question only becomes a grant, so that one that is granted between the two readings is in the second. That is so for
        // rights as well, of which the reading above has only those that were granted before it.
        foreach (var state in new[] { ApprovalState.Open, ApprovalState.Granted })
        {
            await EachOfAsync(state, null, async (row, facts, cause) =>
            {
                using var turn = await parts.Turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
                // It may have been granted since it was listed.
                var settled = await outbox.SettledAsync(row.Id, cancellation).ConfigureAwait(false);
                if (settled is { State: ApprovalState.Open or ApprovalState.Granted } present
                    && await ends.CloseAsync(present, facts, cause).ConfigureAwait(false))
                {
                    if (present.State == ApprovalState.Open) questions++;
                    else grants++;
                }
            }).ConfigureAwait(false);
        }

        faults.Throw();
        return new ClosedQuestions(questions, grants + ended.Count);

        Task EachOfAsync(ApprovalState state, ApprovalKind? kind, Func<ApprovalRow, ApprovalFacts?, string, Task> close) => faults.RunAsync(
            () => reader.EachAsync(state, kind, (row, facts) => faults.RunAsync(async () =>
            {
                var cause = facts is null ? "erased" : access.IsOutdated(row.Id) ? "rule-changed"
                    : await why(row, facts, cancellation).ConfigureAwait(false);
                if (cause is not null) await close(row, facts, cause).ConfigureAwait(false);
            }), cancellation));
    }

    /// <summary>
    /// Removes the sealed facts of a person whose keys were destroyed, and closes the questions about that person's calls. Answers of the person stay
    /// as answers.
    /// </summary>
    /// <exception cref="StoreException">The store refused. What stays in it is sealed under keys that are gone; entries follow with a sweep.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; it follows with a sweep.</exception>
    public async Task EraseAsync(SubjectOwner person, CancellationToken cancellation)
    {
        var digests = parts.Digests;
        IReadOnlyList<ReadOnlyMemory<byte>> persons =
            [.. digests.OfPerson(person.Issuer, person.Subject), .. digests.OfRevoker(person.Issuer, person.Subject)];
        IReadOnlyList<ReadOnlyMemory<byte>> parties =
        [
            .. digests.OfParty(person.Issuer, person.Subject), .. digests.OfAccessParty(person.Issuer, person.Subject),
            .. digests.OfActParty(person.Issuer, person.Subject),
            .. digests.OfConfirmationParty(person.Issuer, person.Subject),
        ];
        var faults = new FirstFault();
        var closed = await parts.Store.EraseAsync(parties, persons, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
        foreach (var row in closed) parts.Rights.End(row.Id);
        await faults.ForEachAsync(closed, row => NoteErasedAsync(row, cancellation)).ConfigureAwait(false);
        faults.Throw();
    }

    private async Task NoteClosedAsync(string id, string why, CancellationToken cancellation)
    {
        using var turn = await parts.Turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        await outbox.SettledAsync(id, cancellation, cause: why).ConfigureAwait(false);
    }

    // Threat: a right that was granted while the person was erased begins after the erasure has ended all of them.
    private async Task NoteErasedAsync(ApprovalRow row, CancellationToken cancellation)
    {
        using var turn = await parts.Turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
        parts.Rights.End(row.Id);
        // Another act on the question may have written the entry meanwhile.
        if (await parts.Store.FindAsync(row.Id, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false) is { IsNoted: false })
            await ends.NoteAsync(row, null, "erased", isRecovered: false).ConfigureAwait(false);
        parts.Waiters.Release(row.Id, new ApprovalAnswer(ApprovalOutcome.Outdated) { Id = row.Id });
    }
}

/// <summary>Numbers of questions that were closed.</summary>
/// <param name="Questions">Questions that were open.</param>
/// <param name="Grants">Grants that were not used, and rights.</param>
internal readonly record struct ClosedQuestions(int Questions, int Grants);
