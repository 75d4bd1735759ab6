using System.Globalization;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Upstreams;

/// <summary>
/// The last messages of a process's streams, so that a client that lost its connection can continue where it was (ST-02). Bounded in events and
/// bytes: the oldest are dropped first. A process of the legacy era has no event ids, so the gateway makes them: stream and number.
/// </summary>
internal sealed class ReplayLog(int maxEvents, int maxBytes)
{
    /// <summary>Most runs of dropped messages that are remembered, without their bytes.</summary>
    public const int MaxRuns = 256;

    private readonly Lock gate = new();
    private readonly LinkedList<Entry> entries = [];
    private readonly LinkedList<Run> left = [];
    private long last;
    private long bytes;
    private long forgotten; // up to this number, not even the runs are known

    /// <summary>Keeps a message of the stream and returns its event id.</summary>
    public string Add(long stream, ValidatedMessage message)
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
                Remember(oldest.Value);
            }

            return Id(entry);
        }
    }

    /// <summary>Returns the stream that an event id names; null for an id that is not one of ours.</summary>
    public static long? StreamOf(string eventId) => Parse(eventId)?.Stream;

    /// <summary>Returns the kept messages of the event's stream after it, oldest first.</summary>
    public IReadOnlyList<UpstreamEvent> After(string eventId)
    {
        if (Parse(eventId) is not { } position) return [];
        lock (gate)
        {
            return [.. entries.Where(e => e.Stream == position.Stream && e.Number > position.Number)
                .Select(e => new UpstreamEvent(e.Message, Id(e)))];
        }
    }

    /// <summary>Returns the gap in the event's stream after the event: the messages that were dropped. Null when there is none.</summary>
    /// <param name="eventId">The event that the client saw last.</param>
    /// <param name="isUnderWay">True while the request that opened the stream waits for its answer.</param>
    public StreamGap? GapAfter(string eventId, bool isUnderWay)
    {
        if (Parse(eventId) is not { } position) return null;
        lock (gate)
        {
            var missed = left.Where(run => run.Stream == position.Stream && run.Last > position.Number).ToList();
            var lost = missed.Sum(run => run.Last - Math.Max(run.First - 1, position.Number));
            var isExact = position.Number >= forgotten;
            if (lost == 0 && isExact) return null;
            // If older runs are forgotten, an answer that is neither kept nor expected was lost with them.
            var answered = missed.Exists(run => run.HoldsAnswer)
                || (!isExact && !isUnderWay && !entries.Any(e => e.Stream == position.Stream && IsAnswer(e.Message)));
            return new StreamGap((int)Math.Clamp(lost, 1, int.MaxValue), isExact, answered);
        }
    }

    // All messages are dropped in the order of their numbers, so that neighbours of one stream form one run without holes.
    private void Remember(Entry entry)
    {
        var answers = IsAnswer(entry.Message);
        if (left.Last is { Value: var run } && run.Stream == entry.Stream)
        {
            left.Last.Value = run with { Last = entry.Number, HoldsAnswer = run.HoldsAnswer || answers };
            return;
        }

        left.AddLast(new Run(entry.Stream, entry.Number, entry.Number, answers));
        if (left.Count <= MaxRuns) return;
        forgotten = left.First!.Value.Last;
        left.RemoveFirst();
    }

    private static bool IsAnswer(ValidatedMessage message) => message.Kind is MessageKind.Result or MessageKind.Error;

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

    private sealed record Entry(long Stream, long Number, ValidatedMessage Message);

    private readonly record struct Run(long Stream, long First, long Last, bool HoldsAnswer);
}
