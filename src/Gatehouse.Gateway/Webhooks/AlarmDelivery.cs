using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>A possible first use or first grant, on its way to a webhook. Whether it is one is looked up in the log when it is sent.</summary>
/// <param name="Id">The id of the message.</param>
/// <param name="Webhook">Name of the webhook.</param>
/// <param name="Cause">Id of the exchange, or of the right for a time.</param>
/// <param name="Caller">The caller, whose part of the queue it uses.</param>
/// <param name="Use">The use; null for a grant.</param>
internal sealed record AlarmDelivery(string Id, string Webhook, string Cause, CallerPartition Caller, PermitUse? Use)
    : WebhookDelivery(Id, Webhook, Cause, Caller)
{
    /// <summary>True once the entry that it is sent is durable. Copies for later attempts keep it.</summary>
    public bool IsRecorded { get; set; }
}

/// <summary>The use of a permit: a person and the tool, prompt or resource that is called.</summary>
/// <param name="Issuer">Issuer of the person.</param>
/// <param name="Subject">The person at the issuer.</param>
/// <param name="Server">Name of the server.</param>
/// <param name="Method">The method.</param>
/// <param name="Name">The tool or prompt.</param>
/// <param name="At">The beginning of the exchange, by the clock.</param>
internal sealed record PermitUse(string Issuer, string Subject, string Server, string Method, string Name, DateTimeOffset At);
