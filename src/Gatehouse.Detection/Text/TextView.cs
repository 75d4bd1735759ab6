using System.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Text;

/// <summary>
/// One reading of a text, with the place in the original bytes that each of its characters comes from. Places never go backwards within one run of
/// the text, and are always within the original. Readings of a message are made in room that is used again, and are good until the next text.
/// </summary>
public sealed class TextView
{
    private const int SmallestRoom = 256;

    private readonly int first;
    private readonly ViewPool? pool;
    private string? text;
    private char[] letters = [];
    private int[]? starts = [];
    private int[]? ends = [];
    private int most;

    /// <summary>Begins a reading, of its own or of a pool.</summary>
    /// <param name="pool">The pool that its room returns to; null for none.</param>
    /// <param name="first">The place of a text without a character.</param>
    internal TextView(ViewPool? pool, int first = 0)
    {
        this.pool = pool;
        this.first = first;
        most = int.MaxValue;
    }

    // Text in which each character is a byte.
    private TextView(string text, int first)
    {
        this.text = text;
        this.first = first;
        (Length, starts, ends) = (text.Length, null, null);
    }

    /// <summary>The way in which it was made.</summary>
    public ViewKind Kind { get; private set; }

    /// <summary>The reading.</summary>
    public string Text => text ??= new string(Letters);

    /// <summary>The reading that it was made of, or null for the original.</summary>
    public TextView? Parent { get; private set; }

    /// <summary>The reading, without a copy.</summary>
    internal ReadOnlySpan<char> Letters => text is null ? letters.AsSpan(0, Length) : text;

    /// <summary>The first byte of each character, of a reading that was appended to.</summary>
    internal ReadOnlySpan<int> Starts => Places(starts);

    /// <summary>The byte after each character, of a reading that was appended to.</summary>
    internal ReadOnlySpan<int> Ends => Places(ends);

    /// <summary>Number of characters.</summary>
    internal int Length { get; private set; }

    /// <summary>The last character; a line break at the beginning.</summary>
    internal char Last => Length == 0 ? '\n' : Letters[Length - 1];

    /// <summary>True when something did not fit within the bound of its length.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Returns the bytes of the original that a stretch of the reading comes from.</summary>
    /// <param name="start">First character, from 0.</param>
    /// <param name="length">Number of characters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The stretch is not within <see cref="Text"/>.</exception>
    public ByteRange Span(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        if (length == 0)
            return new ByteRange(start < Length ? StartOf(start) : Length == 0 ? first : EndOf(start - 1), 0);
        var from = StartOf(start);
        return new ByteRange(from, EndOf(start + length - 1) - from);
    }

    /// <summary>Returns the reading of UTF-8. Invalid bytes read as U+FFFD.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="offset">The number that is added to each place.</param>
    public static TextView OfUtf8(ReadOnlySpan<byte> bytes, int offset = 0)
    {
        if (Ascii.IsValid(bytes))
            return new TextView(Encoding.ASCII.GetString(bytes), offset);
        var view = new TextView(pool: null, offset);
        for (var at = 0; at < bytes.Length;)
        {
            Rune.DecodeFromUtf8(bytes[at..], out var rune, out var used);
            view.Append(rune, offset + at, offset + at + used);
            at += used;
        }

        return view;
    }

    /// <summary>Returns the reading of a JSON string.</summary>
    /// <param name="bytes">The document.</param>
    /// <param name="token">The string's range, quotes included.</param>
    public static TextView OfJson(ReadOnlySpan<byte> bytes, ByteRange token)
    {
        var raw = token.Of(bytes);
        if (raw.Length < 2)
            return new TextView("", token.Start);
        raw = raw[1..^1];
        return raw.Contains((byte)'\\') ? BackslashEscapes.Read(raw, token.Start + 1) : OfUtf8(raw, token.Start + 1);
    }

    /// <summary>Returns the reading of a text. Places are those of its UTF-8 form.</summary>
    public static TextView Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return OfUtf8(Encoding.UTF8.GetBytes(text));
    }

    private ReadOnlySpan<int> Places(int[]? places) =>
        places is null ? throw new InvalidOperationException("a text in which each character is a byte keeps no places") : places.AsSpan(0, Length);

    internal int StartOf(int index) => starts is null ? first + index : starts[index];

    internal int EndOf(int index) => ends is null ? first + index + 1 : ends[index];

    /// <summary>Begins a reading that is made of this one, in the same pool.</summary>
    /// <param name="kind">The way in which it is made.</param>
    /// <param name="atMost">Most characters; what is appended beyond them is left out.</param>
    internal TextView Derive(ViewKind kind, int atMost)
    {
        var view = pool?.Take() ?? new TextView(pool: null);
        view.Begin(kind, this, atMost);
        return view;
    }

    /// <summary>Returns this reading if it has something to read; otherwise its room goes back to the pool.</summary>
    /// <param name="hasChanged">False where it is the same as its parent.</param>
    internal TextView? OrNothing(bool hasChanged = true)
    {
        if (hasChanged && Length > 0) return this;
        pool?.Return(this);
        return null;
    }

    internal void Begin(ViewKind kind, TextView? parent, int atMost)
    {
        (Kind, Parent, most) = (kind, parent, atMost);
        (text, Length, IsCut) = (null, 0, false);
    }

    internal void Append(char letter, int start, int end)
    {
        if (Length >= most)
        {
            IsCut = true;
            return;
        }

        if (Length == letters.Length) Grow(Length + 1);
        letters[Length] = letter;
        starts![Length] = start;
        ends![Length++] = end;
    }

    internal void Append(Rune rune, int start, int end)
    {
        Span<char> units = stackalloc char[2];
        var count = rune.EncodeToUtf16(units);
        for (var i = 0; i < count; i++) Append(units[i], start, end);
    }

    /// <summary>Takes characters with their places.</summary>
    internal void Append(ReadOnlySpan<char> some, ReadOnlySpan<int> startsOfSome, ReadOnlySpan<int> endsOfSome)
    {
        var count = Math.Min(some.Length, most - Length);
        IsCut |= count < some.Length;
        if (Length + count > letters.Length) Grow(Length + count);
        some[..count].CopyTo(letters.AsSpan(Length));
        startsOfSome[..count].CopyTo(starts.AsSpan(Length));
        endsOfSome[..count].CopyTo(ends.AsSpan(Length));
        Length += count;
    }

    /// <summary>Takes characters of the parent as they are.</summary>
    internal void Copy(int start, int length)
    {
        if (Parent!.starts is { } from) Append(Parent.Letters.Slice(start, length), from.AsSpan(start, length), Parent.ends.AsSpan(start, length));
        else
            for (var i = start; i < start + length; i++) Append(Parent.Letters[i], Parent.StartOf(i), Parent.EndOf(i));
    }

    /// <summary>Takes characters of the parent up to a sign, and returns the place of the sign; the parent's length where there is none.</summary>
    internal int CopyUntil(char sign, int at)
    {
        var length = Parent!.Letters[at..].IndexOf(sign);
        if (length < 0) length = Parent.Length - at;
        Copy(at, length);
        return at + length;
    }

    /// <summary>Appends a character in the place of a stretch of the parent.</summary>
    internal void Replace(char letter, int start, int length) => Append(letter, Parent!.StartOf(start), Parent.EndOf(start + length - 1));

    internal void Replace(Rune rune, int start, int length) => Append(rune, Parent!.StartOf(start), Parent.EndOf(start + length - 1));

    private void Grow(int needed)
    {
        var room = Math.Max(SmallestRoom, Math.Max(needed, letters.Length * 2));
        Array.Resize(ref letters, room);
        Array.Resize(ref starts, room);
        Array.Resize(ref ends, room);
    }
}
