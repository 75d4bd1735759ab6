using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>The notifications of one webhook that wait or are on their way, with the part of each caller. Not safe for concurrent use.</summary>
/// <remarks>Threat: one caller asks so many questions, or one receiver is so slow, that others are not notified (CWE-770).</remarks>
internal sealed class WebhookQueue
{
    /// <summary>
    /// The most notifications of one webhook that wait or are on their way. A caller beyond their part (<c>limits.callerShare</c>) gets a place only
    /// while less than half are taken.
    /// </summary>
    public const int Most = 1000;

    /// <summary>The most requests to one webhook at the same time.</summary>
    public const int MostInProgress = 4;

    private readonly PartitionedBudget places = new();
    private readonly LinkedList<WebhookDelivery> waiting = new();
    private int inProgress;

    /// <summary>Notifications that wait or are on their way.</summary>
    public long Count => places.Used;

    /// <summary>Adds a notification. Returns false where the queue, or the part of the caller, is full.</summary>
    public bool TryAdd(WebhookDelivery delivery, int share)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (places.TryTakePlace(delivery.Caller, Most, share) != PartitionedVerdict.Taken) return false;
        waiting.AddLast(delivery);
        return true;
    }

    /// <summary>Takes a notification that is due, and a place among the requests in progress; null for none.</summary>
    public WebhookDelivery? TakeDue(DateTimeOffset now)
    {
        if (inProgress >= MostInProgress) return null;
        for (var node = waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Due > now) continue;
            waiting.Remove(node);
            inProgress++;
            return node.Value;
        }

        return null;
    }

    /// <summary>Puts a notification back for a later attempt. It has kept its place.</summary>
    public void PutBack(WebhookDelivery delivery)
    {
        inProgress--;
        waiting.AddLast(delivery);
    }

    /// <summary>Ends a notification that was taken, with success or without.</summary>
    public void End(WebhookDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        inProgress--;
        places.Return(delivery.Caller, 1);
    }
}
