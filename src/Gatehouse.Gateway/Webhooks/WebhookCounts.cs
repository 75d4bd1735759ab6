using System.Collections.Concurrent;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>Counts of notifications by webhook since the start of the process. Names are those of the configuration, so that they are few.</summary>
internal sealed class WebhookCounts
{
    private readonly ConcurrentDictionary<string, Numbers> all = new(StringComparer.Ordinal);

    /// <summary>A notification was taken by its receiver.</summary>
    public void Delivered(string webhook) => Interlocked.Increment(ref Of(webhook).Delivered);

    /// <summary>A notification was given up.</summary>
    public void Failed(string webhook) => Interlocked.Increment(ref Of(webhook).Failed);

    /// <summary>Returns the number of notifications that a receiver took.</summary>
    public long DeliveredTo(string webhook) => Interlocked.Read(ref Of(webhook).Delivered);

    /// <summary>Returns the number of notifications that were given up.</summary>
    public long FailedTo(string webhook) => Interlocked.Read(ref Of(webhook).Failed);

    private Numbers Of(string webhook) => all.GetOrAdd(webhook, static _ => new Numbers());

    private sealed class Numbers
    {
        public long Delivered;
        public long Failed;
    }
}
