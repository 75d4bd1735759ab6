using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>
/// The throttle between the server's stream and all later, more expensive steps: notifications beyond the rate are not forwarded (H34). A
/// notification of a change is kept, each change once, and sent when the rate allows or the stream ends. Progress and log lines are dropped, since
/// later ones are more current. Changes of each list also have a separate rate (TP-04), because each makes the gateway and a client read the list
/// again. Bounded in number and bytes; answers, questions and the end of a subscription are never delayed.
/// </summary>
/// <remarks>
/// Threat: one answer with thousands of announcements makes the gateway fetch the list as often as the rate has events in its period (CWE-405).
/// Announcements of a list therefore come evenly: the first immediately, and then one in each interval.
/// </remarks>
internal sealed class NotificationThrottle(IUpstreamReply upstream, Exchange exchange, TimeProvider time) : INotificationPolicy
{
    private const int MaxHeld = 64;
    private const int MaxHeldBytes = 4096;

    private readonly CellRateLimiter pace = new(exchange.Server.Notifications, time);
    private CellRateLimiter?[]? listPaces;
    private Dictionary<string, UpstreamEvent>? held;
    private Task<UpstreamEvent?>? reading;
    private (bool Is, UpstreamEvent? Item) ahead;

    /// <summary>
    /// Learns of each announced change that is kept back. The threat: a call is judged by the list of before, because the announcement waits here.
    /// </summary>
    private ICatalogue? Catalogue { get; init; }

    /// <summary>Opens the throttle of a stream, with the configuration of the exchange's server.</summary>
    public static INotificationPolicy Open(IUpstreamReply upstream, Exchange exchange, TimeProvider time) =>
        new NotificationThrottle(upstream, exchange, time);

    /// <summary>Returns the throttle of streams whose announced changes make the lists of a catalogue stale, also while they are kept back.</summary>
    public static NotificationPolicy Over(ICatalogue catalogue) =>
        (upstream, exchange, time) => new NotificationThrottle(upstream, exchange, time) { Catalogue = catalogue };

    /// <inheritdoc />
    public async ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (ahead.Is) return TakeHeld() ?? TakeAhead();
            if (held is { Count: > 0 })
            {
                var (key, wait) = FirstOfHeld();
                if (wait <= TimeSpan.Zero) return Pass(Take(key));
                await FirstOfAsync(wait, cancellation).ConfigureAwait(false);
                if (!reading!.IsCompleted && !cancellation.IsCancellationRequested) continue;
            }

            var item = await ReadAsync(cancellation).ConfigureAwait(false);
            if (item?.Message is { Kind: MessageKind.Notification } message && !SubscriptionEnd.IsCancellation(exchange.Message, message))
            {
                if (WaitOf(item) <= TimeSpan.Zero) return Pass(item);
                Hold(item, message);
            }
            else if (held is { Count: > 0 } && IsEnd(item))
            {
                ahead = (true, item); // held notifications come before the end
            }
            else
            {
                return item;
            }
        }
    }

    // Not every answer is an end. The threat: a server that sends answers to no request, or events without a message, between its announcements has
    // each of these passed on (CWE-405).
    private bool IsEnd(UpstreamEvent? item)
    {
        if (item is null) return true;
        if (item.Message is not { } message) return false;
        if (message.Kind == MessageKind.Notification) return SubscriptionEnd.IsCancellation(exchange.Message, message);
        if (message.Kind is not (MessageKind.Result or MessageKind.Error)) return false;
        if (exchange.Message is not { } request) return exchange.Resume is not null;
        return message.Id == request.Id || (message.Kind == MessageKind.Error && message.Id.IsNull);
    }

    private async Task FirstOfAsync(TimeSpan wait, CancellationToken cancellation)
    {
        reading ??= upstream.NextAsync(cancellation).AsTask();
        await Task.WhenAny(reading, Task.Delay(wait, time, cancellation)).ConfigureAwait(false);
    }

    private ValueTask<UpstreamEvent?> ReadAsync(CancellationToken cancellation)
    {
        if (reading is not { } begun) return upstream.NextAsync(cancellation);
        reading = null;
        return new ValueTask<UpstreamEvent?>(begun);
    }

    private TimeSpan WaitOf(UpstreamEvent item)
    {
        var wait = pace.Wait();
        return PaceOfList(item)?.Wait() is { } longer && longer > wait ? longer : wait;
    }

    // Null for a notification that announces no changed list.
    private CellRateLimiter? PaceOfList(UpstreamEvent item)
    {
        if (ListKinds.ChangedBy(item.Message?.Method) is not [var kind, ..]) return null;
        listPaces ??= new CellRateLimiter?[ListKinds.Count];
        return listPaces[(int)kind] ??= new CellRateLimiter(new Rate(1, exchange.Server.Lists.Changes.Interval), time);
    }

    private (string Key, TimeSpan Wait) FirstOfHeld() => held!.Select(pair => (pair.Key, Wait: WaitOf(pair.Value))).MinBy(pair => pair.Wait);

    private UpstreamEvent Pass(UpstreamEvent item)
    {
        pace.Take();
        PaceOfList(item)?.Take();
        return item;
    }

    // A list that changed ten thousand times has changed: the newest notification represents all of them.
    private void Hold(UpstreamEvent item, ValidatedMessage message)
    {
        if (pace.Wait() <= TimeSpan.Zero) exchange.Record.CountListChange();
        else exchange.Record.CountDropped();
        foreach (var kind in ListKinds.ChangedBy(message.Method)) Catalogue?.Changed(exchange.Server, kind);
        if (message.Method is not { } method || !IsChange(method) || message.Bytes.Length > MaxHeldBytes) return;
        held ??= new Dictionary<string, UpstreamEvent>(StringComparer.Ordinal);
        var key = method + "\n" + message.Text(EnvelopeMember.ParamsUri);
        if (held.Count >= MaxHeld && !held.ContainsKey(key)) return;
        // Bytes of its own, since the reader's buffer is reused; without its position, since others were sent after it.
        if (MessageValidator.TryValidate(message.Bytes.ToArray(), ResponseLimits.For(MaxHeldBytes), out var kept, out _))
            held[key] = new UpstreamEvent(kept);
    }

    private static bool IsChange(string method) => method == "notifications/resources/updated" || ListKinds.ChangedBy(method).Count > 0;

    private UpstreamEvent? TakeHeld() => held is { Count: > 0 } ? Take(held.First().Key) : null;

    private UpstreamEvent Take(string key)
    {
        held!.Remove(key, out var item);
        return item!;
    }

    private UpstreamEvent? TakeAhead()
    {
        var item = ahead.Item;
        ahead = default;
        return item;
    }
}
