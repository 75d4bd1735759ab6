using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gatehouse.Detection.Text;

/// <summary>Runs of base64, base64url or hexadecimal digits within a text; those that hold text are read.</summary>
internal static class EncodedRuns
{
    // Shorter runs are words and identifiers. A shorter text is no instruction.
    internal const int Shortest = 16;
    private const int LongestPrefix = 64;

    /// <summary>Most places in a run at which an encoding is looked for.</summary>
    internal const int MostStarts = 8;

    private const string Base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>The digits of base64 and base64url (RFC 4648).</summary>
    internal static readonly SearchValues<char> Base64Digits = SearchValues.Create(Base64Alphabet + "-_");

    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789ABCDEFabcdef");

    /// <summary>Returns the content of the runs of base64, a line each, or null where none holds text.</summary>
    public static TextView? Base64(TextView parent, int most) => Decode(parent, most, ViewKind.Base64, Base64Digits);

    /// <summary>Returns the content of the runs of hexadecimal digits, a line each, or null where none holds text.</summary>
    public static TextView? Hexadecimal(TextView parent, int most) => Decode(parent, most, ViewKind.Hexadecimal, HexadecimalDigits);

    /// <summary>Returns whether a run of base64 holds text, so that a reading shows it.</summary>
    internal static bool HoldsText(ReadOnlySpan<char> run)
    {
        var room = ArrayPool<byte>.Shared.Rent(run.Length);
        Span<int> starts = stackalloc int[MostStarts];
        var isText = false;
        foreach (var start in starts[..Starts(run, starts)])
        {
            isText = run.Length - start >= Shortest && IsReadable(Valid(room.AsSpan(0, FromBase64(run[start..], room))));
            if (isText) break;
        }

        ArrayPool<byte>.Shared.Return(room);
        return isText;
    }

    private static TextView? Decode(TextView parent, int most, ViewKind kind, SearchValues<char> digits)
    {
        var text = parent.Letters;
        var view = parent.Derive(kind, most);
        for (var at = 0; at < text.Length;)
        {
            var length = text[at..].IndexOfAnyExcept(digits);
            if (length < 0) length = text.Length - at;
            if (length >= Shortest) DecodeRun(text.Slice(at, length), at, kind, view);
            at += length + 1;
        }

        return view.OrNothing();
    }

    private static void DecodeRun(ReadOnlySpan<char> run, int at, ViewKind kind, TextView view)
    {
        var room = ArrayPool<byte>.Shared.Rent(run.Length);
        Span<int> starts = stackalloc int[MostStarts];
        foreach (var start in starts[..Starts(run, starts)])
        {
            var part = run[start..];
            if (part.Length < Shortest) continue;
            var written = kind == ViewKind.Base64 ? FromBase64(part, room) : FromHexadecimal(part, room);
            var bytes = Valid(room.AsSpan(0, written));
            if (!IsReadable(bytes)) continue;
            Append(view, bytes, at + start, part.Length, written); // what pads the end adds nothing
            break;
        }

        ArrayPool<byte>.Shared.Return(room);
    }

    /// <summary>
    /// Writes where an encoding may begin in a run, and returns the number of places: its first characters, for letters before it that change how the
    /// rest is grouped, and after a sign that also separates words ("attachment/", "note-").
    /// </summary>
    internal static int Starts(ReadOnlySpan<char> run, Span<int> starts)
    {
        if (run.Length < Shortest) return 0;
        var count = 0;
        while (count < 4) starts[count] = count++;
        var first = run[..Math.Min(run.Length, LongestPrefix)];
        for (var at = 0; at < first.Length && count < MostStarts; at++)
        {
            if (first[at] is '/' or '-' or '_' or '+') starts[count++] = at + 1;
        }

        return count;
    }

    // Each character comes from its share of the run; both ends round outwards, so that the place is never too narrow.
    private static void Append(TextView view, ReadOnlySpan<byte> bytes, int start, int length, int of)
    {
        if (view.Length > 0)
            view.Replace('\n', start, 1);
        for (var at = 0; at < bytes.Length;)
        {
            Rune.DecodeFromUtf8(bytes[at..], out var rune, out var used);
            var from = (int)((long)at * length / of);
            at += used;
            var to = (int)Math.Min(length, (((long)at * length) + of - 1) / of);
            view.Replace(rune, start + from, Math.Max(1, to - from));
        }
    }

    // Returns the number of bytes; 0 for what is none. The last digits of a group that is not whole pad themselves.
    private static int FromBase64(ReadOnlySpan<char> run, byte[] room)
    {
        var length = run.Length % 4 == 1 ? run.Length - 1 : run.Length;
        var digits = ArrayPool<byte>.Shared.Rent(length + 3);
        for (var i = 0; i < length; i++) digits[i] = (byte)(run[i] switch { '-' => '+', '_' => '/', var other => other });
        var padded = length;
        if (length % 4 != 0) digits[length - 1] = WithoutUnusedBits(digits[length - 1], length % 4 == 2 ? 0x30 : 0x3C);
        while (padded % 4 != 0) digits[padded++] = (byte)'=';
        var status = System.Buffers.Text.Base64.DecodeFromUtf8(digits.AsSpan(0, padded), room, out _, out var written);
        ArrayPool<byte>.Shared.Return(digits);
        return status == OperationStatus.Done ? written : 0;
    }

    // Decoders that models use take a last digit with bits that are not used, and this one does not (RFC 4648 section 3.5).
    private static byte WithoutUnusedBits(byte digit, int used) =>
        (byte)Base64Alphabet[Base64Alphabet.IndexOf((char)digit, StringComparison.Ordinal) & used];

    private static int FromHexadecimal(ReadOnlySpan<char> run, byte[] room) =>
        Convert.FromHexString(run[..(run.Length & ~1)], room, out _, out var written) == OperationStatus.Done ? written : 0;

    // What a stray digit or a cut at the end makes of the last character is no reason to leave the rest unread.
    private static ReadOnlySpan<byte> Valid(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [.., < (byte)' ']) bytes = bytes[..^1];
        for (var cut = 0; cut < 4 && !Utf8.IsValid(bytes); cut++) bytes = bytes[..^Math.Min(1, bytes.Length)];
        return Utf8.IsValid(bytes) ? bytes : [];
    }

    // Text has letters with spaces between; names of things in base64's alphabet decode to junk.
    private static bool IsReadable(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) return false;
        int characters = 0, letters = 0, spaces = 0, wide = 0;
        var isEncodedAgain = true;
        for (var at = 0; at < bytes.Length;)
        {
            Rune.DecodeFromUtf8(bytes[at..], out var rune, out var used);
            at += used;
            if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t')) return false;
            characters += rune.Utf16SequenceLength;
            letters += rune.IsBmp && char.IsLetter((char)rune.Value) ? 1 : 0;
            wide += rune.Value >= 0x2E80 ? rune.Utf16SequenceLength : 0;
            spaces += Rune.IsWhiteSpace(rune) ? 1 : 0;
            isEncodedAgain &= rune.IsAscii && (Base64Digits.Contains((char)rune.Value) || rune.Value == '=');
        }

        return letters * 5 >= characters * 3 && (spaces >= 1 || wide >= 4 || (isEncodedAgain && characters >= Shortest));
    }
}
