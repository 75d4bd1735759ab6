using System.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Text;

/// <summary>
/// One reading of a text, with the place in the original bytes that each of its characters comes from. Places never go backwards within one run of
/// the text, and are always within the original.
/// </summary>
public sealed class TextView
{
    private readonly int first;
    private readonly int[]? starts;
    private readonly int[]? ends;

    internal TextView(ViewKind kind, string text, int first)
    {
        Kind = kind;
        Text = text;
        this.first = first;
    }

    internal TextView(ViewKind kind, string text, int[] starts, int[] ends, TextView? parent)
    {
        Kind = kind;
        Text = text;
        this.starts = starts;
        this.ends = ends;
        Parent = parent;
    }

    /// <summary>The way in which it was made.</summary>
    public ViewKind Kind { get; }

    /// <summary>The reading.</summary>
    public string Text { get; }

    /// <summary>The reading that it was made of, or null for the original.</summary>
    public TextView? Parent { get; }

    /// <summary>Returns the bytes of the original that a stretch of the reading comes from.</summary>
    /// <param name="start">First character, from 0.</param>
    /// <param name="length">Number of characters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The stretch is not within <see cref="Text"/>.</exception>
    public ByteRange Span(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Text.Length - length);
        if (length == 0)
            return new ByteRange(start < Text.Length ? StartOf(start) : Text.Length == 0 ? first : EndOf(start - 1), 0);
        var from = StartOf(start);
        return new ByteRange(from, EndOf(start + length - 1) - from);
    }

    /// <summary>Returns the reading of UTF-8. Invalid bytes read as U+FFFD.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="offset">The number that is added to each place.</param>
    public static TextView OfUtf8(ReadOnlySpan<byte> bytes, int offset = 0)
    {
        if (Ascii.IsValid(bytes))
            return new TextView(ViewKind.Plain, Encoding.ASCII.GetString(bytes), offset);
        var builder = new ViewBuilder(ViewKind.Plain, null, bytes.Length);
        for (var at = 0; at < bytes.Length;)
        {
            Rune.DecodeFromUtf8(bytes[at..], out var rune, out var used);
            builder.Append(rune, offset + at, offset + at + used);
            at += used;
        }

        return builder.Finish();
    }

    /// <summary>Returns the reading of a JSON string.</summary>
    /// <param name="bytes">The document.</param>
    /// <param name="token">The string's range, quotes included.</param>
    public static TextView OfJson(ReadOnlySpan<byte> bytes, ByteRange token)
    {
        var raw = token.Of(bytes);
        if (raw.Length < 2)
            return new TextView(ViewKind.Plain, "", token.Start);
        raw = raw[1..^1];
        return raw.Contains((byte)'\\') ? BackslashEscapes.Read(raw, token.Start + 1) : OfUtf8(raw, token.Start + 1);
    }

    /// <summary>Returns the reading of a text. Places are those of its UTF-8 form.</summary>
    public static TextView Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return OfUtf8(Encoding.UTF8.GetBytes(text));
    }

    internal int StartOf(int index) => starts is null ? first + index : starts[index];

    internal int EndOf(int index) => ends is null ? first + index + 1 : ends[index];
}
