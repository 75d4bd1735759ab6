using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gatehouse.Protocol.Framing;

/// <summary>A writer of server-sent events in the gateway's own framing (WHATWG HTML, section 9.2.5). No foreign framing is ever copied.</summary>
public static class SseWriter
{
    /// <summary>Writes one event and the blank line that ends it.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="message">The message that becomes the data; its line breaks become spaces.</param>
    /// <param name="id">The event id, or null for none.</param>
    /// <param name="eventName">The event type, or null for the default (<c>message</c>).</param>
    /// <param name="retry">The reconnection time, or null for none; not negative.</param>
    /// <exception cref="ArgumentException">The id or event name contains CR, LF or NUL, or is not well-formed text.</exception>
    public static void Write(IBufferWriter<byte> output, ValidatedMessage message, string? id = null, string? eventName = null,
        TimeSpan? retry = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        WriteFields(output, id, eventName, retry);
        WriteData(output, message.Bytes.Span);
    }

    /// <summary>Writes an event with text of our own as data, such as the endpoint event of 2024-11-05.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteText(IBufferWriter<byte> output, string data, string? id = null, string? eventName = null, TimeSpan? retry = null)
    {
        WriteFields(output, id, eventName, retry);
        WriteData(output, Encoding.UTF8.GetBytes(data));
    }

    /// <summary>Writes an event with empty data that carries an id and a retry time (priming event, MCP 2025-11-25 transports).</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WritePriming(IBufferWriter<byte> output, string id, TimeSpan? retry = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        WriteFields(output, id, null, retry);
        WriteData(output, default);
    }

    /// <summary>Writes a comment, which keeps a connection from looking idle.</summary>
    public static void WriteKeepAlive(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(":\n\n"u8);
    }

    /// <summary>Returns whether a text can be an event id: no CR, LF or NUL, and whole characters only.</summary>
    public static bool IsValidField(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return !text.AsSpan().ContainsAny('\r', '\n', '\0') && text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);
    }

    private static void WriteFields(IBufferWriter<byte> output, string? id, string? eventName, TimeSpan? retry)
    {
        ArgumentNullException.ThrowIfNull(output);
        // All are checked before the first byte is written, so that a refusal leaves no half event.
        Check(id, nameof(id));
        Check(eventName, nameof(eventName));
        ArgumentOutOfRangeException.ThrowIfLessThan(retry ?? TimeSpan.Zero, TimeSpan.Zero, nameof(retry));
        if (id is not null)
            WriteField(output, "id: "u8, id);
        if (eventName is not null)
            WriteField(output, "event: "u8, eventName);
        if (retry is { } time)
            WriteField(output, "retry: "u8, ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
    }

    private static void Check(string? value, string parameter)
    {
        if (value is not null && !IsValidField(value))
            throw new ArgumentException("A field of an event may not contain CR, LF, NUL or broken characters.", parameter);
    }

    private static void WriteField(IBufferWriter<byte> output, ReadOnlySpan<byte> name, string value)
    {
        output.Write(name);
        Encoding.UTF8.GetBytes(value, output);
        output.Write("\n"u8);
    }

    private static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        output.Write("data: "u8);
        LineFraming.WriteUnbroken(output, json);
        output.Write("\n\n"u8);
    }
}
