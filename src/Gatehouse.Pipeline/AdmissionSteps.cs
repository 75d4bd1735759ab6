using System.Collections.Immutable;

namespace Gatehouse.Pipeline;

/// <summary>
/// The checks of every exchange between inspect-request and forward, in their order. The first that refuses or answers ends the exchange, and no
/// server gets its message.
/// </summary>
public static class AdmissionSteps
{
    /// <summary>The steps in order, as <c>gatehouse pipeline show</c> prints them.</summary>
    public static ImmutableArray<AdmissionStep> InOrder { get; } =
    [
        new("own-question", "before all others: the gateway asked, so that no rule for messages to a server applies and no server gets the answer",
            static (_, run) => AdmissionChecks.AnswerOwnQuestion(run)),
        new("dropped", "before a request is noted: only a notification is dropped, and its sender waits for nothing",
            static (_, run) => AdmissionChecks.AcceptDropped(run)),
        new("in-flight", "before the first wait, so that a second request of the same id is refused while this one is held",
            static (_, run) => AdmissionChecks.BeginRequest(run)),
        new("edited", "after all edits of rules: policy decides the message in the form in which it is forwarded",
            static (checks, run) => checks.DecideEdited(run)),
        new("held", "before approve, so that the newest rules ask the person; a right may have ended while a rule was waited for",
            static (checks, run) => checks.DecideHeld(run)),
        new("contained", "before a released result and approve, so that neither is used up for what is contained",
            static (checks, run) => checks.DecideContained(run)),
        new("released-result", "before approve: nothing is carried out, so that no person is asked and no grant is used",
            static (checks, run) => checks.AnswerReleased(run)),
        new("approve", "after all that can refuse without a person, who sees the message as it would be forwarded",
            static (checks, run) => checks.Approve(run)),
        new("approved", "directly after approve: rights, rules and definitions may have changed while the person was asked",
            static (checks, run) => checks.DecideApproved(run)),
        new("turn", "after the waits for people, so that no place at the server is held meanwhile",
            static (checks, run) => checks.WaitForTurn(run)),
        new("list-view", "before the server gets a subscription, so that a later change is compared with the lists that the caller saw",
            static (checks, run) => checks.NoteLists(run)),
        new("begun-entry", "after the turn, so that what only waited is not in the log as begun; durable before the first byte is sent",
            static (checks, run) => checks.RecordBegun(run)),
        new("client-notice", "after the begun entry, because a notification may cancel a request that is held",
            static (checks, run) => checks.AcceptNotice(run)),
        new("contained-since", "after the wait for turn and log: a containment either is found here or finds the exchange",
            static (checks, run) => checks.DecideContained(run)),
        new("access", "after the wait for turn and log: a right for a time may have ended meanwhile",
            static (_, run) => AdmissionChecks.RequireAccess(run)),
        new("spend-approval", "last: a full queue or log uses no approval up, and whatever fails from here on uses it once",
            static (checks, run) => checks.SpendApproval(run)),
    ];
}
