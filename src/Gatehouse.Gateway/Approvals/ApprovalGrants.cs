using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Grants of calls and of acts of administration: each is used once, or taken back.</summary>
/// <param name="parts">The shared parts.</param>
/// <param name="reader">Reads the people who granted.</param>
/// <param name="ends">The end of one question.</param>
/// <param name="outbox">Entries that are missing.</param>
/// <param name="access">Rights for a time, by which calls are permitted.</param>
internal sealed class ApprovalGrants(ApprovalParts parts, ApprovalReader reader, ApprovalEnds ends, ApprovalOutbox outbox, AccessGrants access)
{
    /// <summary>Uses a grant up. Of several uses exactly one is true, and its entry is durable.</summary>
    /// <param name="id">The question.</param>
    /// <param name="now">Digests of the call as it would be forwarded now, or of the act.</param>
    /// <param name="snapshot">The snapshot that decides the call.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <exception cref="StoreException">The store refused.</exception>
    /// <exception cref="AuditUnavailableException">It is used up, and the entry could not be written: the call must not be forwarded.</exception>
    public async Task<bool> TrySpendAsync(
        string id, IReadOnlyList<ReadOnlyMemory<byte>> now, GatewaySnapshot snapshot, CancellationToken cancellation)
    {
        using var turn = await parts.Turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        if (await outbox.SettledAsync(id, cancellation).ConfigureAwait(false) is not { State: ApprovalState.Granted } row) return false;
        if (!now.Any(one => CryptographicOperations.FixedTimeEquals(one.Span, row.Digest.Span))) return false;
        if (parts.Boxes.Open(row) is not { } facts) return false;
        if (await WhyNotAsync(row, facts, snapshot, cancellation).ConfigureAwait(false) is { } why)
        {
            await ends.CloseAsync(row, facts, why).ConfigureAwait(false);
            return false;
        }

        var at = parts.Time.GetUtcNow();
        var isSpent = await parts.Store.ChangeAsync(id, ApprovalState.Granted, ApprovalState.Spent, at, CancellationToken.None)
            .ConfigureAwait(false);
        if (!isSpent) return false;
        await ends.NoteAsync(row with { State = ApprovalState.Spent, ChangedAt = at }, facts, "", isRecovered: false).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes a grant of a call back. Of this and a use of the grant, exactly one happens.</summary>
    /// <param name="id">The question.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <returns>False where there is no grant, or it is used or over.</returns>
    /// <exception cref="StoreException">The store refused: nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">It is taken back. Its entry follows with a sweep.</exception>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellation)
    {
        using var turn = await parts.Turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        var found = await parts.Store.FindAsync(id, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return found is { Kind: ApprovalKind.Call or ApprovalKind.Act, State: ApprovalState.Granted } row && row.Expires > parts.Time.GetUtcNow()
            && await ends.CloseAsync(row, parts.Boxes.Open(row), "revoked").ConfigureAwait(false);
    }

    // Returns why a grant counts no more although its time is not over; null where it counts. The groups and roles of an approver are those of the
    // token by which the person answered. A forbid about another claim cannot be decided without that token, and counts as one that holds; so does a
    // permit about one.
    private async Task<string?> WhyNotAsync(ApprovalRow row, ApprovalFacts facts, GatewaySnapshot snapshot, CancellationToken cancellation)
    {
        // Threat: the right that permitted the call is over, and the person has another one by the same rule.
        if (!access.HasRight(facts)) return "access-ended";
        if (facts.Act is not null && RulesInForce.WhyNot(snapshot, facts) is { } changed) return changed;
        var targets = facts.Act is null ? ApprovalTargets.All(facts, parts.Time.GetUtcNow()) : [];
        foreach (var (by, at) in await reader.GrantsAsync(row, cancellation).ConfigureAwait(false))
        {
            if (by is null) return "erased"; // no one can be asked about the grant
            // Threat: the run that closes the grants of a revoked person has not come to it, or the process ended before it did.
            if (parts.Revocations?.IsPartyRevoked(by.Issuer, by.Subject, by.Client, at) == true) return "approver-revoked";
            if (row.Kind == ApprovalKind.Confirmation) continue; // given by the caller, who needs no right to answer
            if (facts.Act is { } act && !ActQuestions.StillMayAnswer(snapshot, act, by.AsSubject())) return "approver-forbidden";
            if (targets.Any(target => ApprovalRights.HasLostRightToAnswer(snapshot, by, target))) return "approver-forbidden";
        }

        return null;
    }
}
