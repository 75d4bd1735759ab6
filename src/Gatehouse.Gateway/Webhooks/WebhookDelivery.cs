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
internal abstract record WebhookDelivery(string Id, string Webhook, string Question, CallerPartition Caller)
{
    /// <summary>Attempts that failed.</summary>
    public int Failures { get; init; }

    /// <summary>The earliest moment of the next attempt.</summary>
    public DateTimeOffset Due { get; init; }
}

/// <summary>The notification that a question waits.</summary>
/// <param name="Id">The id of the message.</param>
/// <param name="Notice">The notice, which names the webhook and the question.</param>
/// <param name="Caller">The caller.</param>
internal sealed record AskedDelivery(string Id, WebhookNotice Notice, CallerPartition Caller)
    : WebhookDelivery(Id, Notice.Webhook, Notice.Question, Caller);

/// <summary>The notification that a question is answered or over.</summary>
/// <param name="Id">The id of the message.</param>
/// <param name="Notice">The notice by which the webhook was notified of the question. Under other settings than those, the end is not sent.</param>
/// <param name="Caller">The caller.</param>
/// <param name="State">The state of the question, as a word.</param>
internal sealed record EndedDelivery(string Id, WebhookNotice Notice, CallerPartition Caller, string State)
    : WebhookDelivery(Id, Notice.Webhook, Notice.Question, Caller);
