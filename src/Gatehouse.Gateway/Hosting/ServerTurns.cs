using System.Collections.Concurrent;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The places of exchanges at servers (EX-03): a fair queue for each server, in which the callers take turns.</summary>
internal sealed class ServerTurns(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, FairQueue> queues = new(StringComparer.Ordinal);

    /// <inheritdoc cref="IExchangeRegistry.WaitForTurnAsync"/>
    public ValueTask<IDisposable> WaitAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var server = exchange.Server;
        var bounds = new QueueBounds(server.Concurrency, exchange.Snapshot.Settings.Limits.CallerShare, server.QueuePerCaller, server.Queue,
            server.QueueWait);
        var caller = CallerPartition.Of(exchange.Subject!.Issuer, exchange.Subject.Subject);
        var queue = queues.GetOrAdd(server.Name, static (_, clock) => new FairQueue(clock), time);
        return queue.TryEnter(caller, bounds) is { } place ? ValueTask.FromResult(place) : queue.WaitAsync(caller, bounds, cancellation);
    }

    /// <summary>Returns the number of requests that wait for a place at the server.</summary>
    public int Waiting(string server) => queues.TryGetValue(server, out var queue) ? queue.Waiting : 0;
}
