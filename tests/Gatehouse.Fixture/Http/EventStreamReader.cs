using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>Reads a stream from after one of its events to its end.</summary>
internal sealed class EventStreamReader(EventStream stream, int last) : ISseEventStreamReader
{
    public string SessionId => stream.SessionId;

    public string StreamId => stream.StreamId;

    public async IAsyncEnumerable<SseItem<JsonRpcMessage?>> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var position = last;
        while (true)
        {
            var (messages, next, ended, changed) = stream.After(position);
            foreach (var message in messages) yield return message;
            if (ended) yield break;
            position = next;
            await changed.WaitAsync(cancellationToken);
        }
    }
}
