using System.Collections.Concurrent;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Answers of people that hold for later calls. Each change is first one act in the store, then an entry of the audit log that is durable, then the
/// effect, as with questions (<see cref="ApprovalJournal"/>). Each use is an entry as well, durable before the call is forwarded.
/// </summary>
/// <param name="store">The answers.</param>
/// <param name="boxes">Their sealed facts.</param>
/// <param name="journal">The entries.</param>
/// <param name="scopes">The digests by which they are found.</param>
/// <param name="digests">Digests of persons.</param>
/// <param name="rights">Whether they still count.</param>
/// <param name="time">The clock.</param>
internal sealed class RememberedAnswers(
    IRememberedApprovalStore store, RememberedBoxes boxes, RememberedJournal journal, RememberedScopes scopes, CallDigests digests,
    RememberedRights rights, TimeProvider time) : IDisposable
{
    /// <summary>The most answers that are remembered for the calls of one caller.</summary>
    public const int MostOfCaller = 100;

    /// <summary>The most answers that are remembered.</summary>
    public const int MostRemembered = 1000;

    /// <summary>The way by which an answer comes that was remembered, as a word for the record.</summary>
    public const string Way = "remembered";

    private readonly ApprovalTurns turns = new();
    private readonly ConcurrentDictionary<string, int> uses = new(StringComparer.Ordinal);

    /// <summary>Whether they still count.</summary>
    public RememberedRights Rights => rights;

    /// <inheritdoc cref="RememberedScopes.RestOf"/>
    public string? RestOf(AskedCall call, ApprovalTerms terms) => scopes.RestOf(call, terms);

    /// <summary>Returns the answer that counts for a call; null where there is none. It is not used yet.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="AuditUnavailableException">An answer that counts no more was forgotten, and its entry could not be written.</exception>
    public async Task<ApprovalAnswer?> FindAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (RememberedTerms.ScopeOf(request.Terms) == RememberScope.None) return null;
        var row = await store.FindAsync(scopes.All(request.Call, request.Terms), time.GetUtcNow(), cancellation).ConfigureAwait(false);
        if (row is null) return null;
        using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
        return await CountsAsync(row, request.Snapshot).ConfigureAwait(false)
            ? new ApprovalAnswer(ApprovalOutcome.Approved, Way) { Id = row.Id, IsRemembered = true } : null;
    }

    /// <summary>
    /// Forgets the answers for the same caller, client, server, method and target that were given under another definition than that of a call. A
    /// definition that comes back brings none of them back.
    /// </summary>
    /// <remarks>
    /// Threat: the digest of an answer stops matching while the definition is another one, and matches again once the server has its first
    /// definition back. The person would not know that it was another one in between.
    /// </remarks>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="AuditUnavailableException">One was forgotten, and its entry could not be written.</exception>
    public async Task ForgetOtherDefinitionsAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (RememberedTerms.ScopeOf(request.Terms) == RememberScope.None) return;
        var (caller, now) = (request.Call.Caller, time.GetUtcNow());
        foreach (var row in await store.ListOfAsync(digests.OfParty(caller.Issuer, caller.Subject), now, cancellation).ConfigureAwait(false))
        {
            if (Open(row).Facts is { Call: { } call } && IsOtherDefinition(call, request.Call))
                await ForgetAsync(row, "definition-changed").ConfigureAwait(false);
        }
    }

    /// <summary>Lets a call pass by an answer, directly before it is forwarded. The entry is durable when the result is true.</summary>
    /// <param name="id">The answer.</param>
    /// <param name="now">The call in its form of now.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <returns>False where the answer does not count for the call any more.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="AuditUnavailableException">The entry could not be written: the call must not be forwarded.</exception>
    public async Task<bool> TryUseAsync(string id, ApprovalRequest now, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (RememberedTerms.ScopeOf(now.Terms) == RememberScope.None) return false;
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        var row = await store.FindAsync(scopes.All(now.Call, now.Terms), time.GetUtcNow(), cancellation).ConfigureAwait(false);
        if (row is null || row.Id != id || !await CountsAsync(row, now.Snapshot).ConfigureAwait(false)) return false;
        if (Open(row).Facts is not { } facts) return false;
        await journal.ReusedAsync(row, facts).ConfigureAwait(false);
        uses.AddOrUpdate(id, 1, static (_, count) => count + 1);
        return true;
    }

    /// <summary>Remembers an answer. One with the same scope is replaced.</summary>
    /// <param name="question">The question, which this answer granted.</param>
    /// <param name="facts">Its facts.</param>
    /// <param name="terms">What is remembered.</param>
    /// <param name="by">The person.</param>
    /// <param name="at">The moment at which the person was established: a revocation since then reaches the answer.</param>
    /// <returns>The row; null where there are too many, or its facts are too large.</returns>
    /// <exception cref="StoreException">Nothing is remembered.</exception>
    /// <exception cref="AuditUnavailableException">It is stored, and counts once its entry can be written.</exception>
    public async Task<RememberedApprovalRow?> RememberAsync(
        ApprovalRow question, ApprovalFacts facts, RememberedTerms terms, ApproverFacts by, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(by);
        var (id, now) = (Ids.Short("rem-", time), time.GetUtcNow());
        if (at > now) at = now; // the clock went back
        var kept = new RememberedFacts(facts with { Findings = [], Compared = null, Parameters = default }, terms);
        if (boxes.Seal(id, kept, by, at) is not { } box) return null;
        var row = new RememberedApprovalRow(
            id, RememberedScopes.Of(question.Digest, facts, terms), digests.OfParty(facts.Issuer, facts.Subject)[0],
            digests.OfPerson(by.Issuer, by.Subject)[0], question.Id, at, at + terms.Lasts, false, false, box);
        if (await store.FindAsync([row.Scope], now, CancellationToken.None).ConfigureAwait(false) is { } before)
            await ForgetAsync(before, "replaced").ConfigureAwait(false);
        using var turn = await turns.TakeAsync(id, CancellationToken.None).ConfigureAwait(false);
        var adding = await store.AddAsync(row, MostOfCaller, MostRemembered, CancellationToken.None).ConfigureAwait(false);
        if (adding != ApprovalAdding.Added) return null;
        await journal.RememberedAsync(new RememberedAnswer(row, kept, by, 0), isRecovered: false).ConfigureAwait(false);
        await store.NoteAsync(id, isForgotten: false, CancellationToken.None).ConfigureAwait(false);
        return row;
    }

    /// <summary>Returns the answers that are remembered, the oldest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<RememberedAnswer>> ListAsync(CancellationToken cancellation) =>
        [.. (await store.ListAsync(MostRemembered, time.GetUtcNow(), cancellation).ConfigureAwait(false)).Select(Open)];

    /// <summary>Forgets an answer. It counts no more when this returns, also where its entry cannot be written.</summary>
    /// <param name="id">The answer.</param>
    /// <param name="why">The cause.</param>
    /// <returns>False where there is none.</returns>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">It is forgotten. Its entry follows with a sweep.</exception>
    public async Task<bool> ForgetAsync(string id, string why)
    {
        var found = (await ListAsync(CancellationToken.None).ConfigureAwait(false)).FirstOrDefault(one => one.Row.Id == id);
        return found is not null && await ForgetAsync(found.Row, why).ConfigureAwait(false);
    }

    /// <summary>Forgets the answers that count no more. One that cannot be forgotten keeps no other one from it.</summary>
    /// <returns>The number of answers that were forgotten.</returns>
    /// <exception cref="StoreException">The store refused; the rest follows with the next run.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; it follows with the next run.</exception>
    public async Task<int> ForgetVoidAsync(GatewaySnapshot snapshot, CancellationToken cancellation)
    {
        var (faults, forgotten) = (new FirstFault(), 0);
        await faults.ForEachAsync(await ListAsync(cancellation).ConfigureAwait(false), async answer =>
        {
            if (rights.WhyVoid(snapshot, answer) is not { } why) return;
            if (await ForgetAsync(answer.Row, why).ConfigureAwait(false)) forgotten++;
        }).ConfigureAwait(false);
        faults.Throw();
        return forgotten;
    }

    /// <summary>Forgets the answers about calls of a person whose keys were destroyed, and those that the person gave.</summary>
    /// <exception cref="StoreException">The store refused. What stays in it is sealed under keys that are gone, and counts for nothing.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; it follows with a sweep.</exception>
    public async Task EraseAsync(SubjectOwner person, CancellationToken cancellation)
    {
        var gone = await store.EraseAsync(
            digests.OfParty(person.Issuer, person.Subject), digests.OfPerson(person.Issuer, person.Subject), time.GetUtcNow(), cancellation)
            .ConfigureAwait(false);
        var faults = new FirstFault();
        await faults.ForEachAsync(gone, row => NoteForgottenAsync(row, null, "erased", isRecovered: false)).ConfigureAwait(false);
        faults.Throw();
    }

    /// <summary>Writes the entries that are missing: of a crash, or of a time in which the log could not be written.</summary>
    /// <exception cref="StoreException">The store refused; the rest follows with the next run.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; it follows with the next run.</exception>
    public async Task RecoverAsync(CancellationToken cancellation)
    {
        var faults = new FirstFault();
        await faults.ForEachAsync(await store.UnnotedAsync(cancellation).ConfigureAwait(false), async listed =>
        {
            using var turn = await turns.TakeAsync(listed.Id, cancellation).ConfigureAwait(false);
            if (await UnnotedAsync(listed.Id).ConfigureAwait(false) is { } row) await SettleAsync(row).ConfigureAwait(false);
        }).ConfigureAwait(false);
        faults.Throw();
    }

    public void Dispose() => turns.Dispose();

    // A target that has had no definition and has one now is another one as well.
    private static bool IsOtherDefinition(ApprovalFacts answered, AskedCall now) =>
        answered.Definition != now.Definition && answered.Client == now.Caller.ClientId && answered.Server == now.Server.Name
            && answered.Method == now.Method && answered.Target == now.Target;

    // In the turn of the answer.
    private async Task<bool> CountsAsync(RememberedApprovalRow row, GatewaySnapshot snapshot)
    {
        var answer = Open(row);
        if (rights.WhyVoid(snapshot, answer) is { } why)
        {
            await ForgetInTurnAsync(row, why).ConfigureAwait(false);
            return false;
        }

        if (!rights.CountsNow(snapshot, answer)) return false;
        if (!row.IsNoted && await UnnotedAsync(row.Id).ConfigureAwait(false) is { } present) await SettleAsync(present).ConfigureAwait(false);
        return true;
    }

    // As it is now: the act itself may have written the entry since it was read.
    private async Task<RememberedApprovalRow?> UnnotedAsync(string id) =>
        (await store.UnnotedAsync(CancellationToken.None).ConfigureAwait(false)).FirstOrDefault(one => one.Id == id);

    private async Task SettleAsync(RememberedApprovalRow row)
    {
        var answer = Open(row);
        if (row.IsForgotten)
        {
            await NoteForgottenAsync(row, answer.Facts, RememberedJournal.UnknownCause, isRecovered: true).ConfigureAwait(false);
            return;
        }

        await journal.RememberedAsync(answer, isRecovered: true).ConfigureAwait(false);
        await store.NoteAsync(row.Id, isForgotten: false, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<bool> ForgetAsync(RememberedApprovalRow row, string why)
    {
        using var turn = await turns.TakeAsync(row.Id, CancellationToken.None).ConfigureAwait(false);
        return await ForgetInTurnAsync(row, why).ConfigureAwait(false);
    }

    // It ends in the store first: that must not wait for a full log.
    private async Task<bool> ForgetInTurnAsync(RememberedApprovalRow row, string why)
    {
        if (await store.ForgetAsync(row.Id, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false) is not { } gone) return false;
        await NoteForgottenAsync(gone, Open(row).Facts, why, isRecovered: false).ConfigureAwait(false);
        return true;
    }

    private async Task NoteForgottenAsync(RememberedApprovalRow row, RememberedFacts? facts, string why, bool isRecovered)
    {
        uses.TryRemove(row.Id, out _);
        await journal.ForgottenAsync(row, facts, why, isRecovered).ConfigureAwait(false);
        await store.NoteAsync(row.Id, isForgotten: true, CancellationToken.None).ConfigureAwait(false);
    }

    private RememberedAnswer Open(RememberedApprovalRow row)
    {
        var (facts, by) = boxes.Open(row);
        return new RememberedAnswer(row, facts, by, uses.GetValueOrDefault(row.Id));
    }
}
