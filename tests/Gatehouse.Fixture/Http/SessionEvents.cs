using System.Collections.Concurrent;
using System.Globalization;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Http;

/// <summary>The events of one session's streams, kept so that a client can take up a stream where it broke off.</summary>
internal sealed class SessionEvents : ISseEventStreamStore
{
    // More than any client has open at once; what is older is finished and read.
    private const int KeptStreams = 64;

    private readonly ConcurrentDictionary<int, EventStream> streams = new();
    private int lastKey;

    public ValueTask<ISseEventStreamWriter> CreateStreamAsync(SseEventStreamOptions options, CancellationToken cancellationToken = default)
    {
        var key = Interlocked.Increment(ref lastKey);
        var stream = new EventStream(key, options);
        streams[key] = stream;
        if (options.StreamId != StreamableHttpServerTransport.UnsolicitedMessageStreamId) Forget(key - KeptStreams);
        return new(stream);
    }

    public ValueTask<ISseEventStreamReader?> GetStreamReaderAsync(string lastEventId, CancellationToken cancellationToken = default) =>
        new(Reader(lastEventId));

    /// <summary>The events after the one with this id; null when it is none of this session's.</summary>
    public ISseEventStreamReader? Reader(string lastEventId) =>
        lastEventId.Split('-') is [var key, var position]
        && int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var stream)
        && int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
        && streams.TryGetValue(stream, out var found)
            ? new EventStreamReader(found, last)
            : null;

    private void Forget(int key)
    {
        if (streams.TryGetValue(key, out var old) && old.IsComplete) streams.TryRemove(key, out _);
    }
}
