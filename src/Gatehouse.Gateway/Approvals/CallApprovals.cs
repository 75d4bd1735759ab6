using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Questions to people about calls: asks, waits, and uses grants up. A grant counts for one call with the digest of the question.
/// </summary>
/// <remarks>
/// Each change is first one act in the store, then an entry of the audit log that is durable, then the effect (<see cref="ApprovalBook"/>). So there
/// is one outcome, no effect without its entry, and after a crash nothing is used twice.
/// </remarks>
/// <param name="reader">Finds questions.</param>
/// <param name="questions">Opens questions, and waits for them.</param>
/// <param name="grants">Uses grants up.</param>
/// <param name="remembered">Answers that hold for later calls.</param>
/// <param name="access">Rights for a time, by which calls are permitted.</param>
/// <param name="digests">Digests of calls.</param>
/// <param name="approvers">Tells whether any person could answer.</param>
/// <param name="time">The clock.</param>
internal sealed class CallApprovals(
    ApprovalReader reader, ApprovalQuestions questions, ApprovalGrants grants, RememberedAnswers remembered, AccessGrants access, CallDigests digests,
    ApproverPresence approvers, TimeProvider time) : IApprovals
{
    // The answer of the gateway still has to reach the client.
    private static readonly TimeSpan BeforeDeadline = TimeSpan.FromSeconds(1);

    // Each round, another call or a sweep has changed the question. More rounds than that are no coincidence.
    private const int MostRounds = 8;

    private volatile bool isEnding;

    /// <summary>Keeps questions open from now on when their clients leave: the gateway ends the exchanges itself.</summary>
    public void BeginEnd() => isEnding = true;

    /// <inheritdoc />
    public async ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            if (Continues(request, StateKind.Round, request.Rounds)) return Round(request.Continued!);
            // Threat: a state of another question carries its rounds to this one. The newest rules may also have closed the question.
            if (request.Continued is { Kind: StateKind.Hold } hold && !Continues(request, StateKind.Hold, request.Call))
                return new ApprovalAnswer(ApprovalOutcome.Outdated) { Id = hold.ApprovalId };
            if (!approvers.CanAnswer(request)) return Unavailable("no-approver");
            if (request.Call.Parameters.Length > Settings(request).LargestCall) return Unavailable("too-large-to-show");
            return await FindOrAskAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            return Unavailable("store");
        }
        catch (AuditUnavailableException)
        {
            return Unavailable("record");
        }
    }

    /// <inheritdoc />
    public async ValueTask<ApprovalOutcome> SpendAsync(ApprovalRequest now, ApprovalAnswer answer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (answer.IsRound)
            return Continues(now, StateKind.Round, now.Rounds) ? ApprovalOutcome.Approved : ApprovalOutcome.Outdated;
        try
        {
            if (answer.IsRemembered)
            {
                return await remembered.TryUseAsync(answer.Id!, now, cancellation).ConfigureAwait(false)
                    ? ApprovalOutcome.Approved : ApprovalOutcome.Outdated;
            }

            return answer.Id is { } id && await grants.TrySpendAsync(id, DigestsOf(id), now.Snapshot, cancellation).ConfigureAwait(false)
                ? ApprovalOutcome.Approved : ApprovalOutcome.Outdated;
        }
        catch (Exception fault) when (fault is StoreException or AuditUnavailableException)
        {
            return ApprovalOutcome.Unavailable; // it may be used up; it is never used twice
        }

        IReadOnlyList<ReadOnlyMemory<byte>> DigestsOf(string id) =>
            answer.IsConfirmation ? digests.OfConfirmation(now.Call, id) : digests.OfApproval(now.Call);
    }

    private static ApprovalAnswer Round(RequestState state) =>
        new(ApprovalOutcome.Approved) { Id = state.ApprovalId, RoundsDigest = state.Digest, IsRound = true };

    // The digest was made with the newest key of its time.
    private bool Continues(ApprovalRequest request, StateKind kind, AskedCall call) => request.Continued is { } state && state.Kind == kind
        && digests.OfApproval(call).Any(one => CryptographicOperations.FixedTimeEquals(one.Span, state.Digest.Span));

    private async Task<ApprovalAnswer> FindOrAskAsync(ApprovalRequest request, CancellationToken cancellation)
    {
        var answer = await AnswerAsync(request, digests.OfApproval(request.Call), cancellation).ConfigureAwait(false);
        return answer.Outcome == ApprovalOutcome.Approved ? answer with { RoundsDigest = digests.OfApproval(request.Rounds)[0] } : answer;
    }

    private async Task<ApprovalAnswer> AnswerAsync(
        ApprovalRequest request, IReadOnlyList<ReadOnlyMemory<byte>> mine, CancellationToken cancellation)
    {
        await remembered.ForgetOtherDefinitionsAsync(request, cancellation).ConfigureAwait(false);
        for (var round = 0; round < MostRounds; round++)
        {
            var found = await reader.FindAsync(mine, cancellation).ConfigureAwait(false);
            // A denial of the very call, and a grant for it, come before an answer to another call.
            if ((found is null or { State: ApprovalState.Open } || IsForgotten(found, request))
                && await remembered.FindAsync(request, cancellation).ConfigureAwait(false) is { } kept) return kept;
            var step = found is null || IsForgotten(found, request)
                ? await OpenAsync(NewId(), request, mine[0], cancellation).ConfigureAwait(false)
                : await questions.JoinAsync(found.Id, Settings(request).DenialLife, cancellation).ConfigureAwait(false);
            if (step.Answer is { } answer) return answer;
            if (step.Waiter is { } waiter) return await WaitAsync(request, step.Row!, waiter, cancellation).ConfigureAwait(false);
        }

        return Unavailable("changing");
    }

    private bool IsForgotten(ApprovalRow row, ApprovalRequest request) =>
        row.State == ApprovalState.Denied && row.ChangedAt + Settings(request).DenialLife <= time.GetUtcNow();

    private async Task<ApprovalStep> OpenAsync(string id, ApprovalRequest request, ReadOnlyMemory<byte> digest, CancellationToken cancellation)
    {
        var (settings, now, facts) = (Settings(request), time.GetUtcNow(), ApprovalFacts.Of(request));
        facts = facts with { RestDigest = remembered.RestOf(request.Call, request.Terms) };
        if (request.Permit is { } permit) facts = facts with { Right = access.RightOf(facts.Issuer, facts.Subject, permit) };
        var kinds = digests.OfKind(request.Call);
        facts = facts with { Compared = await reader.CompareAsync(kinds, facts, cancellation).ConfigureAwait(false) };
        if (questions.Seal(id, facts, now) is not { } box)
        {
            // The listed differences give way to the call, which is shown in full. Their number stays.
            facts = facts with { Compared = facts.Compared with { Listed = [] } };
            if (questions.Seal(id, facts, now) is not { } smaller) return ApprovalStep.Of(Unavailable("too-large-to-show"));
            box = smaller;
        }

        var expires = now + (request.Terms.Expires ?? settings.Expires);
        var row = new ApprovalRow(
            id, ApprovalKind.Call, digest, digests.OfParty(facts.Issuer, facts.Subject)[0], kinds[0], ApprovalState.Open,
            request.Terms.Approvers, now, expires, expires + settings.History, now, false, box)
        { ApproverSet = digests.OfApproverSet(approvers.ApproverSetOf(request)) };
        return await questions.OpenAsync(row, facts, OpenBounds.Of(settings), cancellation).ConfigureAwait(false);
    }

    private async Task<ApprovalAnswer> WaitAsync(
        ApprovalRequest request, ApprovalRow row, TaskCompletionSource<ApprovalAnswer> waiter, CancellationToken cancellation)
    {
        request.Asked?.Invoke(row.Id);
        var patience = PatienceOf(request, row);
        try
        {
            return await waiter.Task.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var pending = new ApprovalAnswer(ApprovalOutcome.Pending) { Id = row.Id };
            return MayHoldAgain(request, row, patience) ? pending with { HoldDigest = row.Digest } : pending;
        }
        catch (OperationCanceledException)
        {
            questions.Leave(row.Id, waiter);
            if (request.Terms.ClosesWithClient && !isEnding)
                await questions.CloseWithoutWaitersAsync(row.Id, "client-left").ConfigureAwait(false);
            throw;
        }
        finally
        {
            questions.Leave(row.Id, waiter);
        }
    }

    // A client would send a request that did not wait again and again, without a pause.
    private bool MayHoldAgain(ApprovalRequest request, ApprovalRow row, TimeSpan patience)
    {
        var used = request.Continued is { Kind: StateKind.Hold } hold ? hold.Rounds : 0;
        return used < Settings(request).Rounds && patience > TimeSpan.Zero && row.Expires > time.GetUtcNow();
    }

    private TimeSpan PatienceOf(ApprovalRequest request, ApprovalRow row)
    {
        var now = time.GetUtcNow();
        var patience = Settings(request).Hold;
        if (row.Expires - now < patience) patience = row.Expires - now;
        if (request.Deadline is { } deadline && deadline - BeforeDeadline - now < patience) patience = deadline - BeforeDeadline - now;
        return patience > TimeSpan.Zero ? patience : TimeSpan.Zero;
    }

    private static ApprovalSettings Settings(ApprovalRequest request) => request.Snapshot.Settings.Approvals;

    private static ApprovalAnswer Unavailable(string why) => new(ApprovalOutcome.Unavailable) { Detail = why };

    private string NewId() => Ids.Short("apr-", time);
}
