using System.Buffers;
using System.Globalization;
using System.Text;
using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>The decoded characters of a slice of a JSON string, with their places. Reused; not safe for concurrent use.</summary>
internal sealed class TokenText
{
    /// <summary>Most characters of a slice.</summary>
    public const int Capacity = 8_192;

    // Characters of the slice before that are decoded again with this one: an encoding over a cut is whole in one of the two. A multiple of four.
    private const int Overlap = 512;

    // The beginning of an escape, and every byte beyond ASCII.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([(byte)'\\', .. Enumerable.Range(0x80, 0x80).Select(one => (byte)one)]);

    private static readonly SearchValues<char> Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");

    private readonly char[] letters = new char[Capacity];
    private readonly int[] starts = new int[Capacity];
    private readonly int[] ends = new int[Capacity];

    private char[] before = [];
    private int[] startsBefore = [];
    private int[] endsBefore = [];

    /// <summary>Number of characters.</summary>
    public int Count { get; private set; }

    /// <summary>The text.</summary>
    public ReadOnlySpan<char> Letters => letters.AsSpan(0, Count);

    /// <summary>The end of the slice before, which <see cref="View"/> begins with.</summary>
    public ReadOnlySpan<char> Before => before;

    /// <summary>First byte of each character in the message.</summary>
    public ReadOnlySpan<int> Starts => starts.AsSpan(0, Count);

    /// <summary>The byte after each character in the message.</summary>
    public ReadOnlySpan<int> Ends => ends.AsSpan(0, Count);

    /// <summary>First byte of a character in the message.</summary>
    public int StartOf(int index) => starts[index];

    /// <summary>The byte after a character in the message.</summary>
    public int EndOf(int index) => ends[index];

    /// <summary>Reads the next slice of a string.</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">First byte of the slice, within the quotation marks.</param>
    /// <param name="end">Place of the closing quotation mark.</param>
    /// <param name="isFirst">True for the first slice of a string.</param>
    /// <returns>The first byte after the slice.</returns>
    public int Read(ReadOnlySpan<byte> message, int at, int end, bool isFirst)
    {
        Keep(isFirst);
        while (at < end && Count + 2 <= Capacity)
        {
            var plain = PlainLength(message[at..Math.Min(end, at + Capacity - Count)]);
            if (plain > 0)
            {
                Widen(message.Slice(at, plain), at);
                at += plain;
            }
            else
            {
                at += message[at] == '\\' ? Escape(message, at) : Encoded(message, at, end);
            }
        }

        return at < end ? CutBack(at) : at;
    }

    /// <summary>Returns the slice as a reading that decoders take.</summary>
    public TextView View() => before.Length == 0 ? new(ViewKind.Plain, new string(Letters), starts[..Count], ends[..Count], null)
        : new(ViewKind.Plain, string.Concat(before, Letters), [.. startsBefore, .. starts.AsSpan(0, Count)],
            [.. endsBefore, .. ends.AsSpan(0, Count)], null);

    // The end of the last slice stays, for the decoders.
    private void Keep(bool isFirst)
    {
        var from = isFirst ? Count : Math.Max(0, Count - Overlap);
        (before, startsBefore, endsBefore) = from == Count ? ([], [], []) : (letters[from..Count], starts[from..Count], ends[from..Count]);
        Count = 0;
    }

    private static int PlainLength(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.IndexOfAny(Special);
        return length < 0 ? bytes.Length : length;
    }

    private void Widen(ReadOnlySpan<byte> ascii, int at)
    {
        Ascii.ToUtf16(ascii, letters.AsSpan(Count), out _);
        for (var i = 0; i < ascii.Length; i++)
        {
            starts[Count + i] = at + i;
            ends[Count + i] = at + i + 1;
        }

        Count += ascii.Length;
    }

    // RFC 8259 §7; half of a pair of surrogates is joined with the other half by its neighbour in the text.
    private int Escape(ReadOnlySpan<byte> message, int at)
    {
        var length = message[at + 1] == 'u' ? 6 : 2;
        var letter = (char)message[at + 1] switch
        {
            'u' => (char)ushort.Parse(message.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            var other => other,
        };
        Put(letter, at, at + length);
        return length;
    }

    private int Encoded(ReadOnlySpan<byte> message, int at, int end)
    {
        Rune.DecodeFromUtf8(message[at..end], out var rune, out var used);
        Span<char> units = stackalloc char[2];
        var count = rune.EncodeToUtf16(units);
        for (var i = 0; i < count; i++) Put(units[i], at, at + used);
        return used;
    }

    private void Put(char letter, int start, int end)
    {
        letters[Count] = letter;
        starts[Count] = start;
        ends[Count++] = end;
    }

    // A slice ends between words where it can. Within a long run it ends after whole groups of four, so that base64 and hexadecimal digits continue
    // in the next slice.
    private int CutBack(int at)
    {
        var space = Letters.LastIndexOfAny(' ', '\n');
        var run = Letters.LastIndexOfAnyExcept(Digits);
        var cut = space > Capacity * 3 / 4 ? space + 1 : Count - ((Count - run - 1) % 4);
        if (cut > 1 && char.IsHighSurrogate(letters[cut - 1])) cut--;
        if (cut >= Count) return at;
        Count = cut;
        return starts[cut];
    }
}
