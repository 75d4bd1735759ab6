using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>
/// A notification on its way. It holds no body: that is made when it is sent, so that a queue is small and nothing of a question that is over or of a
/// person who was erased leaves the process.
/// </summary>
/// <param name="Id">The id of the message, the same with each attempt (Standard Webhooks, <c>webhook-id</c>).</param>
/// <param name="Webhook">Name of the webhook.</param>
/// <param name="Question">The question.</param>
/// <param name="Caller">The caller, whose part of the queue it uses.</param>
/// <param name="Notice">The notice of an open question; null for the end of one.</param>
/// <param name="State">The state of a question that has ended, as a word; null for an open one.</param>
internal sealed record WebhookDelivery(string Id, string Webhook, string Question, CallerPartition Caller, WebhookNotice? Notice, string? State)
{
    /// <summary>
    /// The settings of the webhook under which a question was sent that has ended
    /// (<see cref="Gatehouse.Settings.ApprovalWebhookSettings.Identity"/>). Under others its end is not sent. Null for an open question, whose notice
    /// has them.
    /// </summary>
    public string? Identity { get; init; }

    /// <summary>Attempts that failed.</summary>
    public int Failures { get; init; }

    /// <summary>The earliest moment of the next attempt.</summary>
    public DateTimeOffset Due { get; init; }
}
