using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>The entries about notifications in the audit log.</summary>
/// <param name="note">Writes a control entry in a caller's part of the log, and returns whether it is durable.</param>
internal sealed class WebhookJournal(Func<CallerPartition?, bool, string, (string Name, string Value)[], Task<bool>> note)
{
    /// <summary>
    /// Writes that a webhook is notified of a question. Like the showing to a person it is durable before the text leaves the process.
    /// </summary>
    /// <returns>False where the entry is not durable: nothing is sent.</returns>
    public Task<bool> SentAsync(WebhookNotice notice, ApprovalFacts facts, ReadOnlyMemory<byte> shown) => note(
        CallerPartition.Of(facts.Issuer, facts.Subject), true, "approval.sent",
        [
            ("approval", notice.Question), ("webhook", notice.Webhook), ("arguments", notice.IsWhole ? "yes" : "no"),
            ("shown", Convert.ToHexStringLower(shown.Span)), ("caller", facts.Caller),
        ]);

    /// <summary>Writes that a webhook is alarmed. It is durable before the text leaves the process.</summary>
    /// <param name="webhook">Name of the webhook.</param>
    /// <param name="kind">The type of the notification.</param>
    /// <param name="cause">Id of the exchange, or of the right for a time.</param>
    /// <param name="issuer">Issuer of the person.</param>
    /// <param name="subject">The person at the issuer.</param>
    /// <returns>False where the entry is not durable: nothing is sent.</returns>
    public Task<bool> AlarmedAsync(string webhook, string kind, string cause, string issuer, string subject) => note(
        CallerPartition.Of(issuer, subject), true, "alarm.sent",
        [("kind", kind), ("cause", cause), ("webhook", webhook), ("caller", $"{issuer} {subject}")]);

    /// <summary>Writes that an alarm was given up.</summary>
    public Task AlarmUndeliveredAsync(string webhook, string cause, string why, CallerPartition caller) =>
        note(caller.IsAnonymous ? null : caller, false, "alarm.undelivered", [("cause", cause), ("webhook", webhook), ("why", why)]);

    /// <summary>Writes that a notification was given up.</summary>
    /// <param name="webhook">Name of the webhook.</param>
    /// <param name="question">The question.</param>
    /// <param name="why">The cause, as a word.</param>
    /// <param name="caller">The caller of the question: who asks more than a webhook takes fills their own part of the log, and no other's.</param>
    public Task UndeliveredAsync(string webhook, string question, string why, CallerPartition caller) =>
        note(caller, false, "approval.undelivered", [("approval", question), ("webhook", webhook), ("why", why)]);
}
