using System.Net.ServerSentEvents;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>The events of one stream, in order. Event n of stream k has the id <c>k-n</c>, counted from one.</summary>
internal sealed class EventStream(int key, SseEventStreamOptions options) : ISseEventStreamWriter
{
    // Soon enough for tests; a client that waits for this before it comes back shows that it reads it.
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly List<SseItem<JsonRpcMessage?>> events = [];
    private TaskCompletionSource changed = NewSignal();
    private bool polling;

    public string SessionId => options.SessionId;

    public string StreamId => options.StreamId;

    public bool IsComplete { get; private set; }

    public ValueTask SetModeAsync(SseEventStreamMode mode, CancellationToken cancellationToken = default)
    {
        Change(() => polling = mode == SseEventStreamMode.Polling);
        return ValueTask.CompletedTask;
    }

    public ValueTask<SseItem<JsonRpcMessage?>> WriteEventAsync(SseItem<JsonRpcMessage?> sseItem, CancellationToken cancellationToken = default)
    {
        var kept = sseItem;
        Change(() =>
        {
            // An event without a message is there for its id; it tells the client as well when to come back.
            kept = new(sseItem.Data, sseItem.EventType)
            {
                EventId = FormattableString.Invariant($"{key}-{events.Count + 1}"),
                ReconnectionInterval = sseItem.ReconnectionInterval ?? (sseItem.Data is null ? Retry : null),
            };
            events.Add(kept);
        });
        return new(kept);
    }

    public ValueTask DisposeAsync()
    {
        Change(() => IsComplete = true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The messages after that many events, how many events there are now, whether that is all, and what tells of more.</summary>
    public (IReadOnlyList<SseItem<JsonRpcMessage?>> Messages, int Next, bool Ended, Task Changed) After(int position)
    {
        lock (gate)
        {
            var messages = events.Skip(position).Where(one => one.Data is not null).ToArray();
            // A polled stream ends once it has said something: the client is meant to ask again.
            return (messages, events.Count, IsComplete || (polling && messages.Length > 0), changed.Task);
        }
    }

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            changed.SetResult();
            changed = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
