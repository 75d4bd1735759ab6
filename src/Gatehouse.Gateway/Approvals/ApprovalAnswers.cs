using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>What people are shown of questions, and what they answer.</summary>
/// <param name="parts">The shared parts.</param>
/// <param name="outbox">Entries that are missing.</param>
/// <param name="access">Rights for a time: the effect of a grant of one.</param>
internal sealed class ApprovalAnswers(ApprovalParts parts, ApprovalOutbox outbox, AccessGrants access)
{
    /// <summary>Writes that a person is shown a question. The text may leave the process afterwards.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task NoteShownAsync(ApprovalRow row, ApprovalFacts facts, ReadOnlyMemory<byte> shown, string way, ApproverFacts by) =>
        parts.Journal.ShownAsync(row, facts, shown, way, by);

    /// <summary>Takes one person's answer. It is durable, with its entry, before this returns and before any exchange continues.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="expires">Life of a grant where the rule names none.</param>
    /// <param name="history">Time for which the answer is kept.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <returns>The result; <see cref="AnswerOutcome.Unknown"/> also where the person saw another question.</returns>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">
    /// An entry cannot be written, or there is no key. If the answer is stored, it has no effect until its entry can be written.
    /// </exception>
    public async Task<AnswerResult> AnswerAsync(PersonalAnswer answer, TimeSpan expires, TimeSpan history, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(answer);
        using var turn = await parts.Turns.TakeAsync(answer.Id, cancellation).ConfigureAwait(false);
        if (await outbox.SettledAsync(answer.Id, cancellation).ConfigureAwait(false) is not { } row
            || !CryptographicOperations.FixedTimeEquals(row.Digest.Span, answer.Digest.Span))
            return new AnswerResult(AnswerOutcome.Unknown, null, 0);
        var (now, facts) = (parts.Time.GetUtcNow(), parts.Boxes.Open(row));
        if (facts is null) return new AnswerResult(AnswerOutcome.Over, row, 0); // what it is about cannot be shown any more
        var at = answer.EstablishedAt is { } established && established < now ? established : now;
        var over = at + (facts.Access?.Lasts ?? facts.Terms.Expires ?? expires);
        var person = await PersonAsync(row, answer.By, cancellation).ConfigureAwait(false);
        var given = new ApprovalAnswerRow(
            row.Id, person, answer.Grants, at, over + history, answer.Way, answer.Shown, parts.Boxes.Seal(row.Id, answer.By, now), false);
        var result = await parts.Store.AnswerAsync(given, over, now, CancellationToken.None).ConfigureAwait(false);
        if (result.Outcome is not (AnswerOutcome.Counted or AnswerOutcome.Decided)) return result;
        await parts.Changes.AnsweredAsync(row, facts, given, answer.By, result.Granted, isRecovered: false).ConfigureAwait(false);
        await parts.Store.NoteAnswerAsync(row.Id, given.Person, CancellationToken.None).ConfigureAwait(false);
        if (result.Outcome == AnswerOutcome.Decided) await DecideAsync(result.Row!, facts, answer).ConfigureAwait(false);
        return result;
    }

    private async Task DecideAsync(ApprovalRow row, ApprovalFacts facts, PersonalAnswer answer)
    {
        var state = answer.Grants ? ApprovalState.Granted : ApprovalState.Denied;
        await parts.Store.NoteAsync(row.Id, state, CancellationToken.None).ConfigureAwait(false);
        if (answer.Grants) await access.BeginAsync(row, facts).ConfigureAwait(false);
        var outcome = answer.Grants ? ApprovalOutcome.Approved : ApprovalOutcome.Refused;
        parts.Waiters.Release(row.Id, new ApprovalAnswer(outcome, answer.Way) { Id = row.Id });
    }

    // Threat: one person counts as two. After a rotation of the key ring the digest of a person is another one.
    private async Task<ReadOnlyMemory<byte>> PersonAsync(ApprovalRow row, ApproverFacts by, CancellationToken cancellation)
    {
        var mine = parts.Digests.OfPerson(by.Issuer, by.Subject);
        if (mine.Count == 1) return mine[0];
        var answers = await parts.Store.AnswersAsync(row.Id, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
        foreach (var digest in mine.Skip(1))
        {
            if (answers.Any(answer => answer.Person.Span.SequenceEqual(digest.Span))) return digest;
        }

        return mine[0];
    }
}
