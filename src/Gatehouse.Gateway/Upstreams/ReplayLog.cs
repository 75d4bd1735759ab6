using System.Globalization;
using Gatehouse.Pipeline;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>
/// The last messages of a process's streams, so that a client that lost its connection can go on where it was (ST-02).
/// Bounded in events and bytes: the oldest go first. A process of the legacy era has no event ids, so they are ours:
/// stream and number.
/// </summary>
internal sealed class ReplayLog(int maxEvents, int maxBytes)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Entry> entries = [];
    private long last;
    private long bytes;

    /// <summary>Keeps a message of the stream and returns its event id.</summary>
    public string Add(long stream, ProvenMessage message)
    {
        lock (gate)
        {
            var entry = new Entry(stream, ++last, message);
            entries.AddLast(entry);
            bytes += message.Bytes.Length;
            while (entries.First is { } oldest && (entries.Count > maxEvents || bytes > maxBytes))
            {
                bytes -= oldest.Value.Message.Bytes.Length;
                entries.RemoveFirst();
            }

            return Id(entry);
        }
    }

    /// <summary>The stream that an event id names; null for an id that is not one of ours.</summary>
    public static long? StreamOf(string eventId) => Parse(eventId)?.Stream;

    /// <summary>Kept messages of the event's stream after it, oldest first.</summary>
    public IReadOnlyList<UpstreamEvent> After(string eventId)
    {
        if (Parse(eventId) is not { } position) return [];
        lock (gate)
        {
            return [.. entries.Where(e => e.Stream == position.Stream && e.Number > position.Number)
                .Select(e => new UpstreamEvent(e.Message, Id(e)))];
        }
    }

    private static string Id(Entry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Stream}-{entry.Number}");

    private static (long Stream, long Number)? Parse(string eventId)
    {
        var dash = eventId.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && long.TryParse(eventId.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var stream)
            && long.TryParse(eventId.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? (stream, number)
                : null;
    }

    private sealed record Entry(long Stream, long Number, ProvenMessage Message);
}
