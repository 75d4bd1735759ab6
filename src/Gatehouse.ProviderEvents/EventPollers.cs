using Gatehouse.Outbound;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;

namespace Gatehouse.ProviderEvents;

/// <summary>The polls of the configuration in force: one loop for each issuer whose stream is polled.</summary>
/// <param name="sources">The sources.</param>
/// <param name="receiver">Takes events.</param>
/// <param name="handlers">Handlers for outgoing requests.</param>
/// <param name="secrets">Reads secrets.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log of the operator.</param>
internal sealed class EventPollers(
    EventSources sources, EventReceiver receiver, OutboundHandlers handlers, SecretResolver secrets, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<EventSource, EventPoller> running = [];
    private readonly List<Task> stopping = [];
    private bool isOver;

    /// <summary>Takes a configuration: begins the loops that it needs, and ends the others. The host calls it once it takes requests.</summary>
    public void Use(GatewaySettings settings)
    {
        lock (gate)
        {
            if (isOver) return;
            var polled = sources.Use(settings).Where(static one => one.Issuer.Events!.Poll is not null).ToHashSet();
            foreach (var (source, poller) in running.Where(one => !polled.Contains(one.Key)).ToList())
            {
                running.Remove(source);
                stopping.Add(poller.DisposeAsync().AsTask());
            }

            stopping.RemoveAll(static one => one.IsCompletedSuccessfully);
            foreach (var source in polled.Where(one => !running.ContainsKey(one)))
                running[source] = new EventPoller(source, receiver, handlers, secrets, time, log);
        }
    }

    /// <summary>Ends all loops. An event in progress has its effect before.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Task> ends;
        lock (gate)
        {
            isOver = true;
            ends = [.. stopping, .. running.Values.Select(static one => one.DisposeAsync().AsTask())];
            running.Clear();
            stopping.Clear();
        }

        await Task.WhenAll(ends).ConfigureAwait(false);
    }
}
