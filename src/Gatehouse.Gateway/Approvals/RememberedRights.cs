using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway.Access;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Whether a remembered answer still counts: by the newest configuration, revocations, containments and rights.</summary>
/// <param name="access">Rights that people have for a time.</param>
/// <param name="isPersonal">True on the host of wrapped servers, where the person at the terminal answers.</param>
/// <param name="time">The clock.</param>
internal sealed class RememberedRights(ActiveAccess access, bool isPersonal, TimeProvider time)
{
    private const string ApproverForbidden = "approver-forbidden";

    /// <summary>Revocations of people and clients; null on a host that has one person.</summary>
    public IRevocationList? Revocations { get; set; }

    /// <summary>Returns whether a call, or the person who answered, is contained.</summary>
    public Func<ApprovalFacts, ApproverFacts, bool> IsContained { get; set; } = static (_, _) => false;

    /// <summary>Returns why an answer counts for nothing any more; null where it may count.</summary>
    public string? WhyVoid(GatewaySnapshot snapshot, RememberedAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(answer);
        if (answer is not { Facts.Call: { } call, By: { } by, Row: { } row }) return "erased";
        var longest = RememberedRequests.Longest(call.Terms, snapshot.Settings.Approvals);
        if (row.Until <= time.GetUtcNow() || row.At + longest <= time.GetUtcNow()) return "time";
        if (RulesInForce.WhyNot(snapshot, call) is { } changed) return changed;
        if (call.Right is { } right && !access.Has(right)) return "access-ended";
        if (Revocations?.IsPartyRevoked(call.Issuer, call.Subject, call.Client, row.At) == true) return "caller-revoked";
        if (Revocations?.IsPartyRevoked(by.Issuer, by.Subject, by.Client, row.At) == true) return "approver-revoked";
        if (IsContained(call, by)) return DecisionReasons.Contained;
        // A condition on time that does not hold at this moment changes no right.
        return MayAnswer(snapshot, call, by, time.GetUtcNow()) || MayAnswer(snapshot, call, by, row.At) ? null : ApproverForbidden;
    }

    /// <summary>Returns whether an answer that is not void counts at this moment: the person may answer such a question now.</summary>
    public bool CountsNow(GatewaySnapshot snapshot, RememberedAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return answer is { Facts.Call: { } call, By: { } by } && MayAnswer(snapshot, call, by, time.GetUtcNow());
    }

    // Claims other than those that are kept with the answer are gone with the token. A permit that depends on one of them does not count.
    private bool MayAnswer(GatewaySnapshot snapshot, ApprovalFacts call, ApproverFacts by, DateTimeOffset at) =>
        by.Issuer == PersonalFacts.AccountIssuer ? isPersonal || snapshot.Settings.Development
            : ApprovalRights.MayAnswer(snapshot, by.AsSubject(), call, at);
}
