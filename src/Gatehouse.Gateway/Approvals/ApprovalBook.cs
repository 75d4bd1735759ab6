using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Access;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Writing;
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
    // What a person did who took a right back is kept as an answer that came by this way.
    private const string Revocation = "revoke";

    private readonly ApprovalWaiters waiters = new();
    private readonly ApprovalTurns turns = new();
    private readonly ConcurrentDictionary<string, bool> outdated = new(StringComparer.Ordinal); // their rights ended with the text of their rules

    /// <summary>Revocations and containments of people and clients; null on a host that has one person.</summary>
    public IRevocationList? Revocations { get; set; }

    /// <summary>The configuration in force; null where no right depends on it.</summary>
    public Func<GatewaySnapshot>? Snapshot { get; set; }

    /// <summary>Number of exchanges of this process that wait for an answer. Their questions are stored.</summary>
    public int Waiting => waiters.Count;

    /// <summary>
    /// Returns the newest questions in a state, the oldest first, with their facts; facts are null where they cannot be opened any more.
    /// </summary>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <param name="kind">Only those of this kind; null for all.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="isWanted">Returns whether a question is one of them.</param>
    /// <param name="view">Makes of a question what is kept of it. No more than a page of sealed facts is in memory together.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<TView>> ListAsync<TView>(
        ApprovalState? state, ApprovalKind? kind, int most, Func<ApprovalRow, bool> isWanted, Func<ApprovalRow, ApprovalFacts?, Task<TView>> view,
        CancellationToken cancellation)
    {
        var views = new List<TView>();
        for (ApprovalRow? before = null; views.Count < most;)
        {
            var page = await store.ListAsync(state, kind, before, IApprovalStore.PageSize, time.GetUtcNow(), cancellation).ConfigureAwait(false);
            foreach (var row in page.Reverse().Where(isWanted).Take(most - views.Count))
                views.Add(await view(row, boxes.Open(row)).ConfigureAwait(false));
            if (page.Count < IApprovalStore.PageSize) break;
            before = page[0];
        }

        views.Reverse();
        return views;
    }

    /// <summary>Looks at each question in a state, a page at a time.</summary>
    /// <param name="state">The state.</param>
    /// <param name="kind">Only those of this kind; null for all.</param>
    /// <param name="look">Looks at a question. Its facts are null where they cannot be opened any more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task EachAsync(
        ApprovalState state, ApprovalKind? kind, Func<ApprovalRow, ApprovalFacts?, Task> look, CancellationToken cancellation)
    {
        IReadOnlyList<ApprovalRow> page;
        ApprovalRow? before = null;
        do
        {
            page = await store.ListAsync(state, kind, before, IApprovalStore.PageSize, time.GetUtcNow(), cancellation).ConfigureAwait(false);
            foreach (var row in page) await look(row, boxes.Open(row)).ConfigureAwait(false);
            before = page.Count > 0 ? page[0] : null;
        }
        while (page.Count == IApprovalStore.PageSize);
    }

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
    /// <param name="id">The question.</param>
    /// <param name="by">The person who takes it back.</param>
    /// <param name="history">Time for which the act is kept.</param>
    /// <returns>False where the question is over already.</returns>
    /// <exception cref="StoreException">The store refused: nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">It is taken back. Its entry follows with a sweep.</exception>
    public async Task<bool> RevokeAccessAsync(string id, ApproverFacts by, TimeSpan history)
    {
        using var turn = await turns.TakeAsync(id, CancellationToken.None).ConfigureAwait(false);
        var found = await store.FindAsync(id, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        if (found is not { Kind: ApprovalKind.Access, State: ApprovalState.Open or ApprovalState.Granted } row) return false;
        var at = time.GetUtcNow();
        var act = RevocationOf(row, by, at, history);
        var isChanged = act is not null ? await store.WithdrawAsync(act, row.State, at, CancellationToken.None).ConfigureAwait(false)
            : await store.ChangeAsync(id, row.State, ApprovalState.Closed, at, CancellationToken.None).ConfigureAwait(false);
        if (!isChanged) return false;
        access.End(id);
        await NoteRevokedAsync(row, boxes.Open(row), act, by, isRecovered: false).ConfigureAwait(false);
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

    /// <summary>
    /// Makes the rights in memory those of the store: one that the store has no more ends, and one that it has begins, once its entry is in the log.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read; the next sweep reads it again.</exception>
    /// <exception cref="AuditUnavailableException">A right of those that it has ended has no entry yet; a sweep writes it.</exception>
    public async Task ResumeAccessAsync(CancellationToken cancellation)
    {
        var (faults, granted) = (new FirstFault(), new List<string>());
        var active = access.All.Select(static right => right.Id).ToHashSet(StringComparer.Ordinal);
        await EachAsync(ApprovalState.Granted, ApprovalKind.Access, (row, _) =>
        {
            // One without its entry begins when it has it.
            if (!active.Remove(row.Id) && row.IsNoted) granted.Add(row.Id);
            return Task.CompletedTask;
        }, cancellation).ConfigureAwait(false);
        await faults.ForEachAsync(active.Concat(granted), id => ResumeAccessAsync(id, cancellation)).ConfigureAwait(false);
        faults.Throw();
    }

    /// <summary>Returns the id of the right for a time that a person has by a rule; null for none.</summary>
    public string? RightOf(string issuer, string subject, string rule) => access.Find(issuer, subject, rule);

    /// <summary>Returns whether the right that permitted the call of a question has not ended; true where the call needed none.</summary>
    public bool HasRight(ApprovalFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Right is not { } right || access.Has(right);
    }

    /// <summary>
    /// Ends the rights of rules whose text is another one now. Their questions are closed by the next run, also if a further configuration has the
    /// text again by then.
    /// </summary>
    public void EndOutdatedAccess(GatewaySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var ended = access.EndOutdated(rule => AccessQuestions.RuleOf(snapshot, rule) is { } one ? RuleText.Of(one) : null);
        foreach (var id in ended) outdated[id] = true;
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

    /// <summary>Closes open questions, and grants that were not used. One that cannot be closed keeps no other one from being closed.</summary>
    /// <param name="why">Returns the cause for a question; null to leave it.</param>
    /// <param name="cancellation">Ends the work between two questions.</param>
    /// <returns>The number of questions that were closed.</returns>
    /// <exception cref="StoreException">The store refused; some may be closed.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; some may be closed.</exception>
    public async Task<int> CloseAsync(Func<ApprovalRow, ApprovalFacts, CancellationToken, ValueTask<string?>> why, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(why);
        var (faults, ended, closed) = (new FirstFault(), new List<(string Id, string Why)>(), 0);
        // Threat: one entry that cannot be written keeps the other rights active. All of them end first, and their entries come afterwards.
        await EachOfAsync(ApprovalState.Granted, ApprovalKind.Access, async (row, _, cause) =>
        {
            if (await EndAccessAsync(row.Id, cancellation).ConfigureAwait(false)) ended.Add((row.Id, cause));
        }).ConfigureAwait(false);
        await faults.ForEachAsync(ended, one => NoteClosedAsync(one.Id, one.Why, cancellation)).ConfigureAwait(false);
        foreach (var state in new[] { ApprovalState.Open, ApprovalState.Granted })
        {
            await EachOfAsync(state, null, async (row, facts, cause) =>
            {
                using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
                // It may have been granted since it was listed.
                if (await SettledAsync(row.Id, cancellation).ConfigureAwait(false) is { State: ApprovalState.Open or ApprovalState.Granted } present
                    && await CloseInTurnAsync(present, facts, cause).ConfigureAwait(false))
                    closed++;
            }).ConfigureAwait(false);
        }

        faults.Throw();
        return closed + ended.Count;

        Task EachOfAsync(ApprovalState state, ApprovalKind? kind, Func<ApprovalRow, ApprovalFacts?, string, Task> close) => faults.RunAsync(
            () => EachAsync(state, kind, (row, facts) => faults.RunAsync(async () =>
            {
                if (kind is null && row is { Kind: ApprovalKind.Access, State: ApprovalState.Granted }) return;
                var cause = facts is null ? "erased" : outdated.ContainsKey(row.Id) ? "rule-changed"
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
        IReadOnlyList<ReadOnlyMemory<byte>> persons =
            [.. digests.OfPerson(person.Issuer, person.Subject), .. digests.OfRevoker(person.Issuer, person.Subject)];
        IReadOnlyList<ReadOnlyMemory<byte>> parties =
        [
            .. digests.OfParty(person.Issuer, person.Subject), .. digests.OfAccessParty(person.Issuer, person.Subject),
            .. digests.OfConfirmationParty(person.Issuer, person.Subject),
        ];
        var (faults, closed) = (new FirstFault(), await store.EraseAsync(parties, persons, time.GetUtcNow(), cancellation).ConfigureAwait(false));
        foreach (var row in closed) access.End(row.Id);
        await faults.ForEachAsync(closed, row => NoteErasedAsync(row, cancellation)).ConfigureAwait(false);
        faults.Throw();
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
        [.. (await GrantsAsync(row, cancellation).ConfigureAwait(false)).Select(static grant => grant.By)];

    /// <summary>Returns the grants of a question: the person, null where the facts cannot be opened any more, and the moment.</summary>
    public async Task<IReadOnlyList<(ApproverFacts? By, DateTimeOffset At)>> GrantsAsync(ApprovalRow row, CancellationToken cancellation) =>
    [
        .. (await store.AnswersAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false)).Where(static answer => answer.Grants)
            .Select(answer => (boxes.Open(answer), answer.At)),
    ];

    /// <summary>Returns the number of people who granted a question.</summary>
    public async Task<int> GrantedAsync(ApprovalRow row, CancellationToken cancellation) =>
        (await store.AnswersAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false)).Count(static answer => answer.Grants);

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
        await faults.RunAsync(async () => over = await store.ExpireAsync(time.GetUtcNow(), cancellation).ConfigureAwait(false))
            .ConfigureAwait(false);
        foreach (var id in over) access.End(id);
        await faults.ForEachAsync(over, id => NoteOverAsync(id, cancellation)).ConfigureAwait(false);
        await faults.RunAsync(() => RecoverAsync(cancellation)).ConfigureAwait(false);
        faults.Throw();
    }

    /// <summary>Writes the entries that are missing.</summary>
    /// <inheritdoc cref="SweepAsync"/>
    public async Task RecoverAsync(CancellationToken cancellation)
    {
        var faults = new FirstFault();
        var ids = (await store.UnnotedAsync(cancellation).ConfigureAwait(false))
            .Concat(await store.UnnotedAnswersAsync(cancellation).ConfigureAwait(false)).Distinct(StringComparer.Ordinal);
        await faults.ForEachAsync(ids, async id =>
        {
            using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
            await SettledAsync(id, cancellation, DateTimeOffset.MinValue).ConfigureAwait(false); // also where its time in the store is over
        }).ConfigureAwait(false);
        faults.Throw();
    }

    public void Dispose() => turns.Dispose();

    // The question as it is now, once every entry about it is in the log. Null where there is none.
    private async Task<ApprovalRow?> SettledAsync(string id, CancellationToken cancellation, DateTimeOffset? moment = null, string? cause = null)
    {
        var now = moment ?? time.GetUtcNow();
        if (await store.FindAsync(id, now, cancellation).ConfigureAwait(false) is not { } row) return null;
        // A right ends whether or not its entries can be written.
        if (row is { Kind: ApprovalKind.Access, State: not (ApprovalState.Open or ApprovalState.Granted) }) access.End(id);
        var answers = await store.AnswersAsync(id, now, cancellation).ConfigureAwait(false);
        if (row.IsNoted && answers.All(static answer => answer.IsNoted)) return row;
        var facts = boxes.Open(row);
        if (!row.IsNoted && row.State == ApprovalState.Open) await journal.AskedAsync(row, facts, isRecovered: true).ConfigureAwait(false);
        foreach (var answer in answers.Where(static answer => answer is { IsNoted: false, Way: not Revocation }))
        {
            var granted = answers.Count(static one => one.Grants);
            await journal.AnsweredAsync(row, facts, answer, boxes.Open(answer), granted, isRecovered: true).ConfigureAwait(false);
            await store.NoteAnswerAsync(id, answer.Person, CancellationToken.None).ConfigureAwait(false);
        }

        if (answers.FirstOrDefault(static answer => answer.Way == Revocation) is { } act)
            await NoteRevokedAsync(row, facts, act, boxes.Open(act), isRecovered: true).ConfigureAwait(false);
        else if (!row.IsNoted) await SettleAsync(row, facts, answers, cause).ConfigureAwait(false);
        Release(row, answers);
        return row with { IsNoted = true };
    }

    // The entry of a decision is the one of the answer that decided. A question is answered only after its entry is in the log.
    private async Task SettleAsync(ApprovalRow row, ApprovalFacts? facts, IReadOnlyList<ApprovalAnswerRow> answers, string? cause)
    {
        if (row.State is ApprovalState.Open or ApprovalState.Granted or ApprovalState.Denied)
        {
            await store.NoteAsync(row.Id, row.State, CancellationToken.None).ConfigureAwait(false);
            if (row.State == ApprovalState.Granted) await BeginAccessAsync(row, facts).ConfigureAwait(false);
            return;
        }

        var why = row.State == ApprovalState.Closed ? cause ?? ApprovalJournal.UnknownCause
            : row.State == ApprovalState.Expired ? WhyOver(row, answers.Count(static answer => answer.Grants)) : "";
        await NoteEndAsync(row, facts, why, isRecovered: cause is null).ConfigureAwait(false);
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
        if (answer.Grants) await BeginAccessAsync(row, facts).ConfigureAwait(false);
        var outcome = answer.Grants ? ApprovalOutcome.Approved : ApprovalOutcome.Refused;
        waiters.Release(row.Id, new ApprovalAnswer(outcome, answer.Way) { Id = row.Id });
    }

    // In the turn of the question. The store is asked once more, because an erasure takes no turn.
    private async Task BeginAccessAsync(ApprovalRow row, ApprovalFacts? facts)
    {
        if (row.Kind != ApprovalKind.Access) return;
        var found = await store.FindAsync(row.Id, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        if (found is not { State: ApprovalState.Granted } present) return;
        // Threat: an approver is revoked or contained after the answer, and the run that closes what the person granted came before the answer.
        if (await WhyNotBeginAsync(present, facts).ConfigureAwait(false) is { } why)
            await CloseInTurnAsync(present, facts, why).ConfigureAwait(false);
        else if (AccessQuestions.RightOf(present, facts) is { } right) access.Begin(right);
    }

    private async Task<string?> WhyNotBeginAsync(ApprovalRow row, ApprovalFacts? facts)
    {
        if (facts is null) return "erased";
        if (outdated.ContainsKey(row.Id)) return "rule-changed";
        if (Snapshot?.Invoke() is { } now && RulesInForce.WhyNot(now, facts) is { } changed) return changed;
        if (Revocations?.IsPartyRevoked(facts.Issuer, facts.Subject, facts.Client, row.At) == true) return "caller-revoked";
        foreach (var (by, at) in await GrantsAsync(row, CancellationToken.None).ConfigureAwait(false))
        {
            if (by is null) return "erased";
            if (Revocations?.IsPartyRevoked(by.Issuer, by.Subject, by.Client, at) == true) return "approver-revoked";
            if (IsForbidden(facts, by)) return "approver-forbidden";
        }

        return null;
    }

    private bool IsForbidden(ApprovalFacts facts, ApproverFacts by) => Snapshot?.Invoke() is { } snapshot && facts.Access is { } asked
        && AccessQuestions.RuleOf(snapshot, asked.Rule) is { } rule
        && AccessQuestions.IsForbidden(snapshot, rule, by.AsSubject(), time.GetUtcNow());

    private async Task ResumeAccessAsync(string id, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        var found = await store.FindAsync(id, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        if (found is not { State: ApprovalState.Granted }) access.End(id);
        else if (found is { IsNoted: true } row && access.All.All(right => right.Id != id))
            await BeginAccessAsync(row, boxes.Open(row)).ConfigureAwait(false);
    }

    // The right ends also where the store refuses. Then the next run closes its question.
    private async Task<bool> EndAccessAsync(string id, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        access.End(id);
        var isClosed = await store.ChangeAsync(id, ApprovalState.Granted, ApprovalState.Closed, time.GetUtcNow(), CancellationToken.None)
            .ConfigureAwait(false);
        outdated.TryRemove(id, out _);
        return isClosed;
    }

    private async Task NoteClosedAsync(string id, string why, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        await SettledAsync(id, cancellation, cause: why).ConfigureAwait(false);
    }

    private async Task NoteOverAsync(string id, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        var found = await store.FindAsync(id, DateTimeOffset.MinValue, cancellation).ConfigureAwait(false);
        if (found is not { State: ApprovalState.Expired, IsNoted: false } row) return; // another act has written the entry meanwhile
        var granted = await GrantedAsync(row, cancellation).ConfigureAwait(false);
        await NoteEndAsync(row, boxes.Open(row), WhyOver(row, granted), isRecovered: false).ConfigureAwait(false);
    }

    // Threat: a right that was granted while the person was erased begins after the erasure has ended all of them.
    private async Task NoteErasedAsync(ApprovalRow row, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
        access.End(row.Id);
        // Another act on the question may have written the entry meanwhile.
        if (await store.FindAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false) is { IsNoted: false })
            await NoteEndAsync(row, null, "erased", isRecovered: false).ConfigureAwait(false);
        waiters.Release(row.Id, new ApprovalAnswer(ApprovalOutcome.Outdated) { Id = row.Id });
    }

    // Null where the person cannot be kept: a right is taken back nevertheless.
    private ApprovalAnswerRow? RevocationOf(ApprovalRow row, ApproverFacts by, DateTimeOffset at, TimeSpan history)
    {
        try
        {
            var box = boxes.Seal(row.Id, by with { Scopes = [], Roles = [], Groups = [] }, at);
            return box.Length > ApprovalAnswerRow.MostSealedBytes ? null : new ApprovalAnswerRow(
                row.Id, digests.OfRevoker(by.Issuer, by.Subject)[0], false, at, at + history, Revocation, SHA256.HashData([]), box, false);
        }
        catch (AuditUnavailableException)
        {
            return null;
        }
    }

    private async Task NoteRevokedAsync(ApprovalRow row, ApprovalFacts? facts, ApprovalAnswerRow? act, ApproverFacts? by, bool isRecovered)
    {
        if (act is not { IsNoted: true }) await journal.RevokedAsync(row, facts, by, isRecovered).ConfigureAwait(false);
        if (act is not null) await store.NoteAnswerAsync(row.Id, act.Person, CancellationToken.None).ConfigureAwait(false);
        await store.NoteAsync(row.Id, ApprovalState.Closed, CancellationToken.None).ConfigureAwait(false);
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
    private static string WhyOver(ApprovalRow row, int granted) =>
        row.Kind != ApprovalKind.Access ? "" : granted >= row.Needed ? "time" : "not-answered";

    // Why a grant counts no more although its time is not over; null where it counts. The groups and roles of an approver are those of the token by
    // which the person answered. A forbid about another claim cannot be decided without that token, and counts as one that holds.
    private async Task<string?> WhyNotAsync(ApprovalRow row, ApprovalFacts facts, GatewaySnapshot snapshot, CancellationToken cancellation)
    {
        // Threat: the right that permitted the call is over, and the person has another one by the same rule.
        if (!HasRight(facts)) return "access-ended";
        var targets = ApprovalTargets.All(facts, time.GetUtcNow());
        foreach (var (by, at) in await GrantsAsync(row, cancellation).ConfigureAwait(false))
        {
            if (by is null) return "erased"; // no one can be asked about the grant
            // Threat: the run that closes the grants of a revoked person has not come to it, or the process ended before it did.
            if (Revocations?.IsPartyRevoked(by.Issuer, by.Subject, by.Client, at) == true) return "approver-revoked";
            if (row.Kind == ApprovalKind.Confirmation) continue; // given by the caller, who needs no right to answer
            if (targets.Any(target => snapshot.Policy.Decide(by.AsSubject(), target).Effect == PolicyEffect.Forbid)) return "approver-forbidden";
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
