using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Writing;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Rights for a time: requests for them, their begin by a grant, and their end.</summary>
/// <param name="parts">The shared parts.</param>
/// <param name="reader">Reads the people who granted.</param>
/// <param name="ends">The end of one question.</param>
internal sealed class AccessGrants(ApprovalParts parts, ApprovalReader reader, ApprovalEnds ends)
{
    // The act of a person who takes a right back is stored as an answer with this way.
    private const string Revocation = "revoke";

    private readonly ConcurrentDictionary<string, bool> outdated = new(StringComparer.Ordinal); // their rights ended with the text of their rules

    /// <summary>Returns whether an answer is the act of a person who took the right back.</summary>
    public static bool IsRevocation(ApprovalAnswerRow answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return answer.Way == Revocation;
    }

    /// <summary>Opens a question about a right, for which no exchange waits.</summary>
    /// <returns>Whether it was added.</returns>
    /// <exception cref="StoreException">Nothing was added.</exception>
    /// <exception cref="AuditUnavailableException">It is stored, and people can answer it once its entry can be written.</exception>
    public async Task<ApprovalAdding> OpenAsync(ApprovalRow row, ApprovalFacts facts, ApprovalBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var turn = await parts.Turns.TakeAsync(row.Id, CancellationToken.None).ConfigureAwait(false);
        var adding = await parts.Store.AddAsync(row, bounds, CancellationToken.None).ConfigureAwait(false);
        if (adding != ApprovalAdding.Added) return adding;
        await parts.Changes.AskedAsync(row, facts, isRecovered: false).ConfigureAwait(false);
        await parts.Store.NoteAsync(row.Id, ApprovalState.Open, CancellationToken.None).ConfigureAwait(false);
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
    public async Task<bool> RevokeAsync(string id, ApproverFacts by, TimeSpan history)
    {
        using var turn = await parts.Turns.TakeAsync(id, CancellationToken.None).ConfigureAwait(false);
        var found = await parts.Store.FindAsync(id, parts.Time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        if (found is not { Kind: ApprovalKind.Access, State: ApprovalState.Open or ApprovalState.Granted } row) return false;
        var at = parts.Time.GetUtcNow();
        var act = RevocationOf(row, by, at, history);
        var isChanged = act is not null ? await parts.Store.WithdrawAsync(act, row.State, at, CancellationToken.None).ConfigureAwait(false)
            : await parts.Store.ChangeAsync(id, row.State, ApprovalState.Closed, at, CancellationToken.None).ConfigureAwait(false);
        if (!isChanged) return false;
        parts.Rights.End(id);
        await NoteRevokedAsync(row, parts.Boxes.Open(row), act, by, isRecovered: false).ConfigureAwait(false);
        return true;
    }

    /// <summary>Writes the entry of a right that a person took back.</summary>
    /// <param name="row">The question.</param>
    /// <param name="facts">Its facts; null when they cannot be opened any more.</param>
    /// <param name="act">The stored act of the person; null where it could not be kept.</param>
    /// <param name="by">The person; null when the facts about the person cannot be opened any more.</param>
    /// <param name="isRecovered">True when a crash or a full log kept the entry from being written in time.</param>
    /// <exception cref="StoreException">The entry is written, and the row is not marked: the entry may be written again.</exception>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public async Task NoteRevokedAsync(ApprovalRow row, ApprovalFacts? facts, ApprovalAnswerRow? act, ApproverFacts? by, bool isRecovered)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (act is not { IsNoted: true }) await parts.Journal.RevokedAsync(row, facts, by, isRecovered).ConfigureAwait(false);
        if (act is not null) await parts.Store.NoteAnswerAsync(row.Id, act.Person, CancellationToken.None).ConfigureAwait(false);
        await parts.Store.NoteAsync(row.Id, ApprovalState.Closed, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes the rights in memory those of the store: one that the store has no more ends, and one that it has begins, once its entry is in the log.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read; the next sweep reads it again.</exception>
    /// <exception cref="AuditUnavailableException">A right of those that it has ended has no entry yet; a sweep writes it.</exception>
    public async Task ResumeAsync(CancellationToken cancellation)
    {
        var (faults, granted) = (new FirstFault(), new List<string>());
        var active = parts.Rights.All.Select(static right => right.Id).ToHashSet(StringComparer.Ordinal);
        await reader.EachAsync(ApprovalState.Granted, ApprovalKind.Access, (row, _) =>
        {
            // One without its entry begins when it has it.
            if (!active.Remove(row.Id) && row.IsNoted) granted.Add(row.Id);
            return Task.CompletedTask;
        }, cancellation).ConfigureAwait(false);
        await faults.ForEachAsync(active.Concat(granted), id => ResumeAsync(id, cancellation)).ConfigureAwait(false);
        faults.Throw();
    }

    /// <summary>Begins the right of a question that was granted, in its turn. Does nothing for other questions, or where it counts no more.</summary>
    /// <exception cref="StoreException">The store refused.</exception>
    /// <exception cref="AuditUnavailableException">It counts no more, and the entry of its end could not be written.</exception>
    public async Task BeginAsync(ApprovalRow row, ApprovalFacts? facts)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Kind != ApprovalKind.Access) return;
        // The store is asked once more, because an erasure takes no turn.
        var found = await parts.Store.FindAsync(row.Id, parts.Time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        if (found is not { State: ApprovalState.Granted } present) return;
        // Threat: an approver is revoked or contained after the answer, and the run that closes what the person granted came before the answer.
        if (await WhyNotAsync(present, facts).ConfigureAwait(false) is { } why) await ends.CloseAsync(present, facts, why).ConfigureAwait(false);
        else if (AccessQuestions.RightOf(present, facts) is { } right) parts.Rights.Begin(right);
    }

    /// <summary>Ends a right, and closes its question. The right ends also where the store refuses. Then the next run closes its question.</summary>
    /// <returns>Whether the question was closed. Its entry is not written yet.</returns>
    /// <exception cref="StoreException">The store refused.</exception>
    public async Task<bool> EndAsync(string id, CancellationToken cancellation)
    {
        using var turn = await parts.Turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        parts.Rights.End(id);
        var isClosed = await parts.Store.ChangeAsync(
            id, ApprovalState.Granted, ApprovalState.Closed, parts.Time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        outdated.TryRemove(id, out _);
        return isClosed;
    }

    /// <summary>
    /// Ends the rights of rules whose text is another one now. Their questions are closed by the next run, also if a further configuration has the
    /// text again by then.
    /// </summary>
    public void EndOutdated(GatewaySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var ended = parts.Rights.EndOutdated(rule => AccessQuestions.RuleOf(snapshot, rule) is { } one ? RuleText.Of(one) : null);
        foreach (var id in ended) outdated[id] = true;
    }

    /// <summary>Returns whether the right of a question has ended with the text of its rule.</summary>
    public bool IsOutdated(string id) => outdated.ContainsKey(id);

    /// <summary>Returns the id of the right for a time that a person has by a rule; null for none.</summary>
    public string? RightOf(string issuer, string subject, string rule) =>
        parts.Snapshot().Policy.Rules.FirstOrDefault(one => one.Id == rule) is { Access: not null } found
            ? parts.Rights.Find(issuer, subject, found) : null;

    /// <summary>Returns whether the right that permitted the call of a question has not ended; true where the call needed none.</summary>
    public bool HasRight(ApprovalFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Right is not { } right || parts.Rights.Has(right);
    }

    private async Task ResumeAsync(string id, CancellationToken cancellation)
    {
        using var turn = await parts.Turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        var found = await parts.Store.FindAsync(id, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
        if (found is not { State: ApprovalState.Granted }) parts.Rights.End(id);
        else if (found is { IsNoted: true } row && parts.Rights.All.All(right => right.Id != id))
            await BeginAsync(row, parts.Boxes.Open(row)).ConfigureAwait(false);
    }

    private async Task<string?> WhyNotAsync(ApprovalRow row, ApprovalFacts? facts)
    {
        if (facts is null) return "erased";
        if (outdated.ContainsKey(row.Id)) return "rule-changed";
        var snapshot = parts.Snapshot();
        if (RulesInForce.WhyNot(snapshot, facts) is { } changed) return changed;
        if (parts.Revocations?.IsPartyRevoked(facts.Issuer, facts.Subject, facts.Client, row.At) == true) return "caller-revoked";
        foreach (var (by, at) in await reader.GrantsAsync(row, CancellationToken.None).ConfigureAwait(false))
        {
            if (by is null) return "erased";
            if (parts.Revocations?.IsPartyRevoked(by.Issuer, by.Subject, by.Client, at) == true) return "approver-revoked";
            if (IsForbidden(facts, by)) return "approver-forbidden";
        }

        return null;
    }

    private bool IsForbidden(ApprovalFacts facts, ApproverFacts by) => facts.Access is { } asked && parts.Snapshot() is var snapshot
        && AccessQuestions.RuleOf(snapshot, asked.Rule) is { } rule
        && AccessQuestions.IsForbidden(snapshot, rule, by.AsSubject(), parts.Time.GetUtcNow());

    // Null where the person cannot be kept: a right is taken back nevertheless.
    private ApprovalAnswerRow? RevocationOf(ApprovalRow row, ApproverFacts by, DateTimeOffset at, TimeSpan history)
    {
        try
        {
            var box = parts.Boxes.Seal(row.Id, by with { Scopes = [], Roles = [], Groups = [] }, at);
            return box.Length > ApprovalAnswerRow.MostSealedBytes ? null : new ApprovalAnswerRow(
                row.Id, parts.Digests.OfRevoker(by.Issuer, by.Subject)[0], false, at, at + history, Revocation, SHA256.HashData([]), box, false);
        }
        catch (AuditUnavailableException)
        {
            return null;
        }
    }
}
