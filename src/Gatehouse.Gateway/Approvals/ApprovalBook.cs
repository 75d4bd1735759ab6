using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Access;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The questions, the answers and their entries. Each change of a state has three steps in this order: one atomic act in the store, an entry of the
/// audit log that is durable, and the effect. A change whose entry is missing gets it before anything else is done with the question (a
/// transactional outbox), also after a crash.
/// </summary>
/// <param name="store">Questions and answers.</param>
/// <param name="boxes">Their sealed facts.</param>
/// <param name="journal">The entries.</param>
/// <param name="digests">Digests of persons.</param>
/// <param name="access">The rights that people have: the effect of a question about one.</param>
/// <param name="time">The clock.</param>
internal sealed class ApprovalBook(
    IApprovalStore store, ApprovalBoxes boxes, ApprovalJournal journal, CallDigests digests, ActiveAccess access, TimeProvider time) : IDisposable
{
    private const int MostListed = 200_000; // twice the most that approvals.open allows

    private readonly ApprovalWaiters waiters = new();
    private readonly ApprovalTurns turns = new();
    private volatile bool isResumed; // false at the start: the rights that the store has are not in memory

    /// <summary>Revocations and containments of people and clients; null on a host that has one person.</summary>
    public IRevocationList? Revocations { get; set; }

    /// <summary>Number of exchanges of this process that wait for an answer. Their questions are stored.</summary>
    public int Waiting => waiters.Count;

    /// <summary>Returns the questions in a state, the oldest first, with their facts; facts are null where they cannot be opened any more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(ApprovalRow Row, ApprovalFacts? Facts)>> ListAsync(
        ApprovalState? state, int most, CancellationToken cancellation) =>
        [.. (await store.ListAsync(state, most, time.GetUtcNow(), cancellation).ConfigureAwait(false)).Select(row => (row, boxes.Open(row)))];

    /// <summary>Returns one question with its facts; null where there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(ApprovalRow Row, ApprovalFacts? Facts)?> ShowAsync(string id, CancellationToken cancellation) =>
        await store.FindAsync(id, time.GetUtcNow(), cancellation).ConfigureAwait(false) is { } row ? (row, boxes.Open(row)) : null;

    /// <summary>Writes that a person is shown a question. The text may leave the process afterwards.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task NoteShownAsync(ApprovalRow row, ApprovalFacts facts, ReadOnlyMemory<byte> shown, string way, ApproverFacts by) =>
        journal.ShownAsync(row, facts, shown, way, by);

    /// <summary>Finds the question that decides about a call; null where there is none.</summary>
    public ValueTask<ApprovalRow?> FindAsync(IReadOnlyList<ReadOnlyMemory<byte>> digest, CancellationToken cancellation) =>
        store.FindByDigestAsync(digest, time.GetUtcNow(), cancellation);

    /// <inheritdoc cref="ApprovalBoxes.Seal(string, ApprovalFacts, DateTimeOffset)"/>
    public byte[]? Seal(string id, ApprovalFacts facts, DateTimeOffset at) => boxes.Seal(id, facts, at);

    /// <summary>Opens a question, and waits for its answer.</summary>
    public async Task<ApprovalStep> OpenAsync(
        ApprovalRow row, ApprovalFacts facts, int mostOfParty, int mostOpen, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
        switch (await store.AddAsync(row, mostOfParty, mostOpen, cancellation).ConfigureAwait(false))
        {
            case ApprovalAdding.Exists: return ApprovalStep.Again;
            case ApprovalAdding.Crowded: return ApprovalStep.Of(new ApprovalAnswer(ApprovalOutcome.Crowded));
        }

        await journal.AskedAsync(row, facts, isRecovered: false).ConfigureAwait(false);
        await store.NoteAsync(row.Id, ApprovalState.Open, CancellationToken.None).ConfigureAwait(false);
        return new ApprovalStep(null, row, waiters.Add(row.Id));
    }

    /// <summary>Opens a question about a right, for which no exchange waits.</summary>
    /// <returns>Whether it was added.</returns>
    /// <exception cref="StoreException">Nothing was added.</exception>
    /// <exception cref="AuditUnavailableException">It is stored, and people can answer it once its entry can be written.</exception>
    public async Task<ApprovalAdding> OpenAccessAsync(ApprovalRow row, ApprovalFacts facts, int mostOfParty, int mostOpen)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var turn = await turns.TakeAsync(row.Id, CancellationToken.None).ConfigureAwait(false);
        var adding = await store.AddAsync(row, mostOfParty, mostOpen, CancellationToken.None).ConfigureAwait(false);
        if (adding != ApprovalAdding.Added) return adding;
        await journal.AskedAsync(row, facts, isRecovered: false).ConfigureAwait(false);
        await store.NoteAsync(row.Id, ApprovalState.Open, CancellationToken.None).ConfigureAwait(false);
        return adding;
    }

    /// <summary>
    /// Takes a right back, or a request for one. The right has ended when this returns, also where its entry cannot be written.
    /// </summary>
    /// <returns>False where the question is over already.</returns>
    /// <exception cref="StoreException">The store refused: nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">It is taken back. Its entry follows with a sweep.</exception>
    public async Task<bool> RevokeAccessAsync(string id, ApproverFacts by)
    {
        using var turn = await turns.TakeAsync(id, CancellationToken.None).ConfigureAwait(false);
        var found = await store.FindAsync(id, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        if (found is not { Kind: ApprovalKind.Access, State: ApprovalState.Open or ApprovalState.Granted } row) return false;
        var at = time.GetUtcNow();
        if (!await store.ChangeAsync(id, row.State, ApprovalState.Closed, at, CancellationToken.None).ConfigureAwait(false)) return false;
        access.End(id);
        await journal.RevokedAsync(row, boxes.Open(row), by).ConfigureAwait(false);
        await store.NoteAsync(id, ApprovalState.Closed, CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes a grant of a call back. Of this and a use of the grant, exactly one happens.</summary>
    /// <param name="id">The question.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <returns>False where there is no grant, or it is used or over.</returns>
    /// <exception cref="StoreException">The store refused: nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">It is taken back. Its entry follows with a sweep.</exception>
    public async Task<bool> RevokeGrantAsync(string id, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        var found = await store.FindAsync(id, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return found is { Kind: ApprovalKind.Call, State: ApprovalState.Granted } row && row.Expires > time.GetUtcNow()
            && await CloseInTurnAsync(row, boxes.Open(row), "revoked").ConfigureAwait(false);
    }

    /// <summary>Returns the questions about rights that are open, and those that were granted and not over, the oldest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(ApprovalRow Row, ApprovalFacts? Facts)>> ListAccessAsync(bool withOver, int most)
    {
        var now = time.GetUtcNow();
        ApprovalState?[] states = withOver ? [null] : [ApprovalState.Open, ApprovalState.Granted];
        var found = new List<ApprovalRow>();
        foreach (var state in states)
        {
            var rows = await store.ListAsync(state, MostListed, now, CancellationToken.None).ConfigureAwait(false);
            found.AddRange(rows.Where(row => row.Kind == ApprovalKind.Access && (withOver || row.Expires > now)));
        }

        return
        [
            .. found.OrderBy(static row => row.At).ThenBy(static row => row.Id, StringComparer.Ordinal).TakeLast(most)
                .Select(row => (row, boxes.Open(row))),
        ];
    }

    /// <summary>Puts the rights in force that the store has. Of one whose entry is missing, the entry comes first.</summary>
    /// <exception cref="StoreException">The store cannot be read; the next sweep reads it again.</exception>
    public async Task ResumeAccessAsync(CancellationToken cancellation)
    {
        if (isResumed) return;
        foreach (var row in await store.ListAsync(ApprovalState.Granted, MostListed, time.GetUtcNow(), cancellation).ConfigureAwait(false))
        {
            if (!row.IsNoted || row.Kind != ApprovalKind.Access) continue; // one without its entry begins when it has it
            using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
            var present = await store.FindAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false);
            if (present is { State: ApprovalState.Granted, IsNoted: true } granted) BeginAccess(granted, boxes.Open(granted));
        }

        isResumed = true;
    }

    /// <summary>Takes the answer of a question that is there, or waits for it.</summary>
    /// <param name="id">The question.</param>
    /// <param name="denialLife">Time for which a denial answers the same call.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<ApprovalStep> JoinAsync(string id, TimeSpan denialLife, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        if (await SettledAsync(id, cancellation).ConfigureAwait(false) is not { } row) return ApprovalStep.Again;
        var now = time.GetUtcNow();
        // Threat: the person was erased, and the question still counts although no person can see what it is about.
        if (row.State is ApprovalState.Open or ApprovalState.Granted && boxes.Open(row) is null)
        {
            await CloseInTurnAsync(row, null, "erased").ConfigureAwait(false);
            return ApprovalStep.Again;
        }

        return row.State switch
        {
            ApprovalState.Open when row.Expires > now => new ApprovalStep(null, row, waiters.Add(id)),
            ApprovalState.Granted when row.Expires > now =>
                ApprovalStep.Of(await AnswerOfAsync(row, ApprovalOutcome.Approved, cancellation).ConfigureAwait(false)),
            ApprovalState.Denied when row.ChangedAt + denialLife > now =>
                ApprovalStep.Of(await AnswerOfAsync(row, ApprovalOutcome.Refused, cancellation).ConfigureAwait(false)),
            _ => ApprovalStep.Again,
        };
    }

    /// <summary>Waits no longer.</summary>
    public void Leave(string id, TaskCompletionSource<ApprovalAnswer> waiter) => waiters.Remove(id, waiter);

    /// <inheritdoc cref="ApprovalWaiters.RemoveAll"/>
    public void LeaveAll(string id) => waiters.RemoveAll(id);

    /// <summary>Takes one person's answer. It is durable, with its entry, before this returns and before any exchange continues.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="expires">Life of a grant where the rule names none.</param>
    /// <param name="history">Time for which the answer is kept.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <returns>The result; <see cref="AnswerOutcome.Unknown"/> also where the person saw another question.</returns>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">The answer is stored and has no effect until its entry can be written.</exception>
    public async Task<AnswerResult> AnswerAsync(PersonalAnswer answer, TimeSpan expires, TimeSpan history, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(answer);
        using var turn = await turns.TakeAsync(answer.Id, cancellation).ConfigureAwait(false);
        if (await SettledAsync(answer.Id, cancellation).ConfigureAwait(false) is not { } row
            || !CryptographicOperations.FixedTimeEquals(row.Digest.Span, answer.Digest.Span))
            return new AnswerResult(AnswerOutcome.Unknown, null, 0);
        var (now, facts) = (time.GetUtcNow(), boxes.Open(row));
        if (facts is null) return new AnswerResult(AnswerOutcome.Over, row, 0); // what it is about cannot be shown any more
        var over = now + (facts.Access?.Lasts ?? facts.Terms.Expires ?? expires);
        var person = await PersonAsync(row, answer.By, cancellation).ConfigureAwait(false);
        var given = new ApprovalAnswerRow(
            row.Id, person, answer.Grants, now, over + history, answer.Way, answer.Shown, boxes.Seal(row.Id, answer.By, now), false);
        var result = await store.AnswerAsync(given, over, now, CancellationToken.None).ConfigureAwait(false);
        if (result.Outcome is not (AnswerOutcome.Counted or AnswerOutcome.Decided)) return result;
        await journal.AnsweredAsync(row, facts, given, answer.By, result.Granted, isRecovered: false).ConfigureAwait(false);
        await store.NoteAnswerAsync(row.Id, given.Person, CancellationToken.None).ConfigureAwait(false);
        if (result.Outcome == AnswerOutcome.Decided) await DecideAsync(result.Row!, facts, answer).ConfigureAwait(false);
        return result;
    }

    /// <summary>Uses a grant up. Of several uses exactly one is true, and its entry is durable.</summary>
    /// <param name="id">The question.</param>
    /// <param name="now">Digests of the call as it would be forwarded now.</param>
    /// <param name="snapshot">The snapshot that decides the call.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <exception cref="StoreException">The store refused.</exception>
    /// <exception cref="AuditUnavailableException">It is used up, and the entry could not be written: the call must not be forwarded.</exception>
    public async Task<bool> TrySpendAsync(
        string id, IReadOnlyList<ReadOnlyMemory<byte>> now, GatewaySnapshot snapshot, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        if (await SettledAsync(id, cancellation).ConfigureAwait(false) is not { State: ApprovalState.Granted } row) return false;
        if (!now.Any(one => CryptographicOperations.FixedTimeEquals(one.Span, row.Digest.Span))) return false;
        if (boxes.Open(row) is not { } facts) return false;
        if (await WhyNotAsync(row, facts, snapshot, cancellation).ConfigureAwait(false) is { } why)
        {
            await CloseInTurnAsync(row, facts, why).ConfigureAwait(false);
            return false;
        }

        var at = time.GetUtcNow();
        var isSpent = await store.ChangeAsync(id, ApprovalState.Granted, ApprovalState.Spent, at, CancellationToken.None).ConfigureAwait(false);
        if (!isSpent) return false;
        await NoteEndAsync(row with { State = ApprovalState.Spent, ChangedAt = at }, facts, "", isRecovered: false).ConfigureAwait(false);
        return true;
    }

    /// <summary>Closes open questions, and grants that were not used.</summary>
    /// <param name="why">Returns the cause for a question; null to leave it.</param>
    /// <param name="cancellation">Ends the work between two questions.</param>
    /// <returns>The number of questions that were closed.</returns>
    /// <exception cref="StoreException">The store refused; some may be closed.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; some may be closed.</exception>
    public async Task<int> CloseAsync(Func<ApprovalRow, ApprovalFacts, CancellationToken, ValueTask<string?>> why, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(why);
        var closed = 0;
        foreach (var state in new[] { ApprovalState.Open, ApprovalState.Granted })
        {
            foreach (var row in await store.ListAsync(state, MostListed, time.GetUtcNow(), cancellation).ConfigureAwait(false))
            {
                var facts = boxes.Open(row);
                var cause = facts is null ? "erased" : await why(row, facts, cancellation).ConfigureAwait(false);
                if (cause is null) continue;
                using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
                // It may have been granted since it was listed.
                if (await SettledAsync(row.Id, cancellation).ConfigureAwait(false) is { State: ApprovalState.Open or ApprovalState.Granted } present
                    && await CloseInTurnAsync(present, facts, cause).ConfigureAwait(false))
                    closed++;
            }
        }

        return closed;
    }

    /// <summary>
    /// Removes the sealed facts of a person whose keys were destroyed, and closes the questions about that person's calls. Answers of the person stay
    /// as answers.
    /// </summary>
    /// <exception cref="StoreException">The store refused. What stays in it is sealed under keys that are gone; entries follow with a sweep.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; it follows with a sweep.</exception>
    public async Task EraseAsync(SubjectOwner person, CancellationToken cancellation)
    {
        var persons = digests.OfPerson(person.Issuer, person.Subject);
        IReadOnlyList<ReadOnlyMemory<byte>> parties =
        [
            .. digests.OfParty(person.Issuer, person.Subject), .. digests.OfAccessParty(person.Issuer, person.Subject),
            .. digests.OfConfirmationParty(person.Issuer, person.Subject),
        ];
        foreach (var row in await store.EraseAsync(parties, persons, time.GetUtcNow(), cancellation).ConfigureAwait(false))
        {
            access.End(row.Id);
            using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
            // Another act on the question may have written the entry meanwhile.
            if (await store.FindAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false) is { IsNoted: false })
                await NoteEndAsync(row, null, "erased", isRecovered: false).ConfigureAwait(false);
            waiters.Release(row.Id, new ApprovalAnswer(ApprovalOutcome.Outdated) { Id = row.Id });
        }
    }

    /// <summary>Closes a question if no exchange of this process waits for it.</summary>
    public async Task CloseWithoutWaitersAsync(string id, string why)
    {
        using var turn = await turns.TakeAsync(id, CancellationToken.None).ConfigureAwait(false);
        if (waiters.HasAny(id)) return;
        if (await SettledAsync(id, CancellationToken.None).ConfigureAwait(false) is { State: ApprovalState.Open } row)
            await CloseInTurnAsync(row, boxes.Open(row), why).ConfigureAwait(false);
    }

    /// <summary>Returns the answers to a question, the oldest first, each with its person; null where that can no longer be opened.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(ApprovalAnswerRow Answer, ApproverFacts? Person)>> AnswersAsync(
        ApprovalRow row, CancellationToken cancellation) =>
    [
        .. (await store.AnswersAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false)).Select(answer => (answer, boxes.Open(answer))),
    ];

    /// <summary>Returns the persons who granted a question; one whose facts cannot be opened any more is null.</summary>
    public async Task<IReadOnlyList<ApproverFacts?>> GrantersAsync(ApprovalRow row, CancellationToken cancellation) =>
    [
        .. (await store.AnswersAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false)).Where(static answer => answer.Grants)
            .Select(boxes.Open),
    ];

    /// <summary>
    /// Expires what is over, and writes the entries that are missing: of a crash, or of a time in which the log could not be written.
    /// </summary>
    /// <exception cref="StoreException">The store refused; the rest follows with the next run.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; the rest follows with the next run.</exception>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        foreach (var row in await store.ExpireAsync(time.GetUtcNow(), cancellation).ConfigureAwait(false))
        {
            access.End(row.Id);
            using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
            var why = await WhyOverAsync(row, cancellation).ConfigureAwait(false);
            await NoteEndAsync(row, boxes.Open(row), why, isRecovered: false).ConfigureAwait(false);
        }

        await RecoverAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes the entries that are missing.</summary>
    /// <inheritdoc cref="SweepAsync"/>
    public async Task RecoverAsync(CancellationToken cancellation)
    {
        var ids = (await store.UnnotedAsync(cancellation).ConfigureAwait(false)).Select(static row => row.Id)
            .Concat((await store.UnnotedAnswersAsync(cancellation).ConfigureAwait(false)).Select(static answer => answer.ApprovalId));
        foreach (var id in ids.Distinct(StringComparer.Ordinal).ToList())
        {
            using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
            await SettledAsync(id, cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose() => turns.Dispose();

    // The question as it is now, once every entry about it is in the log. Null where there is none.
    private async Task<ApprovalRow?> SettledAsync(string id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (await store.FindAsync(id, now, cancellation).ConfigureAwait(false) is not { } row) return null;
        var answers = await store.AnswersAsync(id, now, cancellation).ConfigureAwait(false);
        if (row.IsNoted && answers.All(static answer => answer.IsNoted)) return row;
        var facts = boxes.Open(row);
        if (!row.IsNoted && row.State == ApprovalState.Open) await journal.AskedAsync(row, facts, isRecovered: true).ConfigureAwait(false);
        foreach (var answer in answers.Where(static answer => !answer.IsNoted))
        {
            var granted = answers.Count(static one => one.Grants);
            await journal.AnsweredAsync(row, facts, answer, boxes.Open(answer), granted, isRecovered: true).ConfigureAwait(false);
            await store.NoteAnswerAsync(id, answer.Person, CancellationToken.None).ConfigureAwait(false);
        }

        if (!row.IsNoted) await SettleAsync(row, facts).ConfigureAwait(false);
        Release(row, answers);
        return row with { IsNoted = true };
    }

    // The entry of a decision is the one of the answer that decided. A question is answered only after its entry is in the log.
    private async Task SettleAsync(ApprovalRow row, ApprovalFacts? facts)
    {
        var cause = row.State == ApprovalState.Closed ? ApprovalJournal.UnknownCause
            : row.State == ApprovalState.Expired ? await WhyOverAsync(row, CancellationToken.None).ConfigureAwait(false) : "";
        if (row.State is ApprovalState.Open or ApprovalState.Granted or ApprovalState.Denied)
        {
            await store.NoteAsync(row.Id, row.State, CancellationToken.None).ConfigureAwait(false);
            if (row.State == ApprovalState.Granted) BeginAccess(row, facts);
        }
        else await NoteEndAsync(row, facts, cause, isRecovered: true).ConfigureAwait(false);
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
        waiters.Release(row.Id, new ApprovalAnswer(outcome, answers.Count == 0 ? null : answers[^1].Way) { Id = row.Id });
    }

    private async Task DecideAsync(ApprovalRow row, ApprovalFacts facts, PersonalAnswer answer)
    {
        var state = answer.Grants ? ApprovalState.Granted : ApprovalState.Denied;
        await store.NoteAsync(row.Id, state, CancellationToken.None).ConfigureAwait(false);
        if (answer.Grants) BeginAccess(row, facts);
        var outcome = answer.Grants ? ApprovalOutcome.Approved : ApprovalOutcome.Refused;
        waiters.Release(row.Id, new ApprovalAnswer(outcome, answer.Way) { Id = row.Id });
    }

    private void BeginAccess(ApprovalRow row, ApprovalFacts? facts)
    {
        if (AccessQuestions.RightOf(row, facts) is { } right) access.Begin(right);
    }

    private async Task<bool> CloseInTurnAsync(ApprovalRow row, ApprovalFacts? facts, string why)
    {
        var at = time.GetUtcNow();
        if (!await store.ChangeAsync(row.Id, row.State, ApprovalState.Closed, at, CancellationToken.None).ConfigureAwait(false)) return false;
        access.End(row.Id); // a right is withdrawn first: that must not wait for a full log
        await NoteEndAsync(row with { State = ApprovalState.Closed, ChangedAt = at }, facts, why, isRecovered: false).ConfigureAwait(false);
        waiters.Release(row.Id, new ApprovalAnswer(ApprovalOutcome.Outdated) { Id = row.Id });
        return true;
    }

    private async Task NoteEndAsync(ApprovalRow row, ApprovalFacts? facts, string why, bool isRecovered)
    {
        await journal.EndedAsync(row, facts, why, isRecovered).ConfigureAwait(false);
        await store.NoteAsync(row.Id, row.State, CancellationToken.None).ConfigureAwait(false);
    }

    // A right ended by its time, or no person answered in time.
    private async Task<string> WhyOverAsync(ApprovalRow row, CancellationToken cancellation) => row.Kind != ApprovalKind.Access ? ""
        : (await GrantersAsync(row, cancellation).ConfigureAwait(false)).Count >= row.Needed ? "time" : "not-answered";

    // Why a grant counts no more although its time is not over; null where it counts. The groups and roles of an approver are those of the token by
    // which the person answered. A forbid about another claim cannot be decided without that token, and counts as one that holds.
    private async Task<string?> WhyNotAsync(ApprovalRow row, ApprovalFacts facts, GatewaySnapshot snapshot, CancellationToken cancellation)
    {
        var target = ApprovalTargets.Of(facts, time.GetUtcNow());
        foreach (var by in await GrantersAsync(row, cancellation).ConfigureAwait(false))
        {
            if (by is null) return "erased"; // no one can be asked about the grant
            // Threat: the run that closes the grants of a revoked person has not come to it, or the process ended before it did.
            if (Revocations?.IsPartyRevoked(by.Issuer, by.Subject, by.Client, row.At) == true) return "approver-revoked";
            if (row.Kind == ApprovalKind.Confirmation) continue; // given by the caller, who needs no right to answer
            if (snapshot.Policy.Decide(by.AsSubject(), target).Effect == PolicyEffect.Forbid) return "approver-forbidden";
        }

        return null;
    }

    // Threat: one person counts as two. After a rotation of the key ring the digest of a person is another one.
    private async Task<ReadOnlyMemory<byte>> PersonAsync(ApprovalRow row, ApproverFacts by, CancellationToken cancellation)
    {
        var mine = digests.OfPerson(by.Issuer, by.Subject);
        if (mine.Count == 1) return mine[0];
        var answers = await store.AnswersAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        foreach (var digest in mine.Skip(1))
        {
            if (answers.Any(answer => answer.Person.Span.SequenceEqual(digest.Span))) return digest;
        }

        return mine[0];
    }

    // The answer to a call that meets a decided question names the way of the last answer.
    private async Task<ApprovalAnswer> AnswerOfAsync(ApprovalRow row, ApprovalOutcome outcome, CancellationToken cancellation)
    {
        var answers = await store.AnswersAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return new ApprovalAnswer(outcome, answers.Count == 0 ? null : answers[^1].Way) { Id = row.Id };
    }
}
