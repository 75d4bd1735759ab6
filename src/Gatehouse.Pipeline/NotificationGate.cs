using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline;

/// <summary>
/// Between the server's stream and everything that costs: notifications beyond the rate are not passed on (H34). That
/// something changed is kept, the same change once, and told when the rate allows or the stream ends; progress and log lines
/// are dropped, since the next ones say more. Bounded in number and bytes; answers and questions are never held up.
/// </summary>
internal sealed class NotificationGate(IUpstreamReply upstream, Exchange exchange, TimeProvider time)
{
    private const int MaxHeld = 64;
    private const int MaxHeldBytes = 4096;

    private readonly long interval = exchange.Server.Notifications.Interval.Ticks;
    private readonly long tolerance = exchange.Server.Notifications.Interval.Ticks * (exchange.Server.Notifications.Count - 1);
    private Dictionary<string, UpstreamEvent>? held;
    private Task<UpstreamEvent?>? reading;
    private (bool Is, UpstreamEvent? Item) ahead;
    private long freeAt;

    /// <summary>The next event that may be passed on; null when there are no more.</summary>
    public async ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (ahead.Is) return TakeHeld() ?? TakeAhead();
            if (held is { Count: > 0 } && Wait() is var wait)
            {
                if (wait <= TimeSpan.Zero) return Pass(TakeHeld()!);
                await FirstOfAsync(wait, cancellation).ConfigureAwait(false);
                if (!reading!.IsCompleted && !cancellation.IsCancellationRequested) continue;
            }

            var item = await ReadAsync(cancellation).ConfigureAwait(false);
            if (item?.Message is { Kind: MessageKind.Notification } message)
            {
                if (Wait() <= TimeSpan.Zero) return Pass(item);
                Hold(item, message);
            }
            else if (held is { Count: > 0 } && item?.Message is null or { Kind: MessageKind.Result or MessageKind.Error })
            {
                ahead = (true, item); // what was held comes before the end
            }
            else
            {
                return item;
            }
        }
    }

    private async Task FirstOfAsync(TimeSpan wait, CancellationToken cancellation)
    {
        reading ??= upstream.NextAsync(cancellation).AsTask();
        await Task.WhenAny(reading, Task.Delay(wait, time, cancellation)).ConfigureAwait(false);
    }

    private async ValueTask<UpstreamEvent?> ReadAsync(CancellationToken cancellation)
    {
        if (reading is not { } begun) return await upstream.NextAsync(cancellation).ConfigureAwait(false);
        reading = null;
        return await begun.ConfigureAwait(false);
    }

    private TimeSpan Wait()
    {
        var now = time.GetElapsedTime(0).Ticks;
        return TimeSpan.FromTicks(Math.Max(freeAt, now) - now - tolerance);
    }

    private UpstreamEvent Pass(UpstreamEvent item)
    {
        freeAt = Math.Max(freeAt, time.GetElapsedTime(0).Ticks) + interval;
        return item;
    }

    // A list that changed ten thousand times has changed: the newest notification says it for all of them.
    private void Hold(UpstreamEvent item, ProvenMessage message)
    {
        exchange.Record.CountDropped();
        if (message.Method is not { } method || !IsChange(method) || message.Bytes.Length > MaxHeldBytes) return;
        held ??= new Dictionary<string, UpstreamEvent>(StringComparer.Ordinal);
        var key = method + "\n" + message.Text(Slot.ParamsUri);
        if (held.Count >= MaxHeld && !held.ContainsKey(key)) return;
        // Bytes of its own, since the reader's are used again; without its position, since others were sent after it.
        if (MessageProof.TryProve(message.Bytes.ToArray(), ResponseLimits.For(MaxHeldBytes), out var kept, out _)) held[key] = new UpstreamEvent(kept);
    }

    private static bool IsChange(string method) => method is
        "notifications/tools/list_changed" or "notifications/prompts/list_changed" or "notifications/resources/list_changed" or "notifications/resources/updated";

    private UpstreamEvent? TakeHeld()
    {
        if (held is not { Count: > 0 }) return null;
        var (key, item) = held.First();
        held.Remove(key);
        return item;
    }

    private UpstreamEvent? TakeAhead()
    {
        var item = ahead.Item;
        ahead = default;
        return item;
    }
}
