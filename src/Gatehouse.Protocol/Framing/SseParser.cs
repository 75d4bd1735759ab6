using System.Text;
using System.Text.Unicode;

namespace Gatehouse.Protocol.Framing;

/// <summary>An incremental parser of event streams (WHATWG HTML, section 9.2.6 "Interpreting an event stream").</summary>
/// <remarks>
/// Lines end with CR, LF or CRLF, also where a chunk ends between the two. Bytes are bounded from one blank line to the next, comments included, so
/// that no client keeps data waiting in memory. Data after the last blank line is never delivered.
/// </remarks>
public sealed class SseParser
{
    /// <summary>The longest reconnection time that is believed: one day. A longer one counts as this.</summary>
    public static readonly TimeSpan MaxRetry = TimeSpan.FromDays(1);

    // An id is kept by clients and repeated in a header, and a name is a word.
    private const int MostFieldBytes = 4096;

    // Larger buffers are released behind an event: thousands of streams are idle at the same time.
    private const int KeptCapacity = 1024;

    private readonly int maxEventBytes;
    private readonly List<byte> line = [];
    private readonly List<byte> data = [];
    private string eventName = "";
    private string? id;
    private TimeSpan? retry;
    private bool hasData;
    private bool afterCarriageReturn;
    private bool atStreamStart = true;
    private long eventBytes;

    /// <summary>Prepares to parse one stream.</summary>
    /// <param name="maxEventBytes">Most bytes from one blank line to the next; at least 1.</param>
    public SseParser(int maxEventBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEventBytes, 1);
        this.maxEventBytes = maxEventBytes;
    }

    /// <summary>Bytes of the event that is not complete yet, its unused fields and comments included; at most the bound.</summary>
    public int UnfinishedBytes => (int)Math.Min(eventBytes, maxEventBytes);

    /// <summary>The fault that ended parsing. Later chunks are ignored.</summary>
    public SseFault Fault { get; private set; }

    /// <summary>Takes the next chunk.</summary>
    /// <param name="chunk">Any number of bytes, cut anywhere.</param>
    /// <param name="completed">Receives the events that became complete, in order.</param>
    public void Push(ReadOnlySpan<byte> chunk, Queue<SseEvent> completed)
    {
        ArgumentNullException.ThrowIfNull(completed);
        while (!chunk.IsEmpty && Fault == SseFault.None)
        {
            // The LF of a CRLF ends no line of its own.
            if (afterCarriageReturn && chunk[0] == '\n')
                chunk = chunk[1..];
            afterCarriageReturn = false;
            var end = chunk.IndexOfAny((byte)'\r', (byte)'\n');
            if (!TryAppend(end < 0 ? chunk : chunk[..end]))
                return;
            if (end < 0)
                return;
            afterCarriageReturn = chunk[end] == '\r';
            chunk = chunk[(end + 1)..];
            EndLine(completed);
        }
    }

    private bool TryAppend(ReadOnlySpan<byte> part)
    {
        eventBytes += part.Length;
        if (eventBytes > maxEventBytes)
        {
            Fault = SseFault.EventTooLarge;
            return false;
        }

        line.AddRange(part);
        return true;
    }

    private void EndLine(Queue<SseEvent> completed)
    {
        ReadOnlySpan<byte> line = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(this.line);
        if (atStreamStart && line.StartsWith("\uFEFF"u8))
            line = line[3..];
        atStreamStart = false;
        eventBytes++;
        if (line.IsEmpty)
            EndEvent(completed);
        else
            TakeField(line);
        this.line.Clear();
        if (this.line.Capacity > KeptCapacity)
            this.line.Capacity = 0;
    }

    private void TakeField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (value.StartsWith(" "u8))
            value = value[1..];
        if (name.SequenceEqual("data"u8))
            TakeData(value);
        else if (name.SequenceEqual("event"u8))
            eventName = Word(value);
        else if (name.SequenceEqual("id"u8) && !value.Contains((byte)0))
            id = Word(value);
        else if (name.SequenceEqual("retry"u8))
            TakeRetry(value);
    }

    private void TakeData(ReadOnlySpan<byte> value)
    {
        if (hasData)
            data.Add((byte)'\n');
        data.AddRange(value);
        hasData = true;
    }

    private void TakeRetry(ReadOnlySpan<byte> digits)
    {
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return;
        var fits = long.TryParse(digits, out var milliseconds) && milliseconds < (long)MaxRetry.TotalMilliseconds;
        retry = fits ? TimeSpan.FromMilliseconds(milliseconds) : MaxRetry;
    }

    private string Word(ReadOnlySpan<byte> value)
    {
        if (value.Length > MostFieldBytes)
            Fault = SseFault.FieldTooLarge;
        else if (!Utf8.IsValid(value))
            Fault = SseFault.NotUtf8;
        return Fault == SseFault.None ? Encoding.UTF8.GetString(value) : "";
    }

    private void EndEvent(Queue<SseEvent> completed)
    {
        if (hasData || id is not null || retry is not null)
            completed.Enqueue(new SseEvent(eventName.Length == 0 ? "message" : eventName, data.ToArray(), id, retry, hasData));
        data.Clear();
        if (data.Capacity > KeptCapacity)
            data.Capacity = 0;
        eventName = "";
        id = null;
        retry = null;
        hasData = false;
        eventBytes = 0;
    }
}
