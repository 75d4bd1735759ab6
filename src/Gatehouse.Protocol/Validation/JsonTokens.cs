using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gatehouse.Protocol.Validation;

/// <summary>The tokens of a JSON text, found by their grammar and not decoded (RFC 8259, sections 2 to 7).</summary>
/// <remarks>
/// The bytes were shown to be valid UTF-8 before. <see cref="ValidationPass"/> checks the order of tokens. The framework's reader is slower here, and a
/// test compares the judgements of both (decision 0145).
/// </remarks>
internal ref struct JsonTokens(ReadOnlySpan<byte> bytes)
{
    /// <summary>The value of <see cref="Next"/> at the end of the text.</summary>
    public const int EndOfText = -1;

    // Bytes that end the plain part of a string (section 7).
    private static readonly SearchValues<byte> QuoteEscapeOrControl =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(static b => (byte)b)]);

    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>The position of the token that was read last, or of what was found in its place.</summary>
    public int Start { get; private set; }

    /// <summary>The position after the token that was read last. Undefined where that was no token.</summary>
    public int End { get; private set; }

    /// <summary>True where the string that was read last has an escape.</summary>
    public bool HasEscape { get; private set; }

    /// <summary>The token that was read last, of a string with its quotes. Undefined where that was no token.</summary>
    public readonly ReadOnlySpan<byte> Token => bytes[Start..End];

    /// <summary>Skips white space. Returns the byte at which the next token begins, or <see cref="EndOfText"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next()
    {
        Start = End;
        return Start < bytes.Length && bytes[Start] > ' ' ? bytes[Start] : SkipWhiteSpace();
    }

    /// <summary>Takes the one byte of a structural token.</summary>
    public void TakeStructural() => End = Start + 1;

    /// <summary>Takes a string, which begins with the quote at <see cref="Start"/>. False when it is none.</summary>
    public bool TryTakeString()
    {
        HasEscape = false;
        var at = Start + 1;
        while (true)
        {
            var plain = PlainLength(bytes[at..]);
            if (plain < 0)
                return false;
            at += plain;
            if (bytes[at] == '"')
            {
                End = at + 1;
                return true;
            }

            var escape = EscapeLength(bytes[at..]);
            if (escape == 0)
                return false;
            HasEscape = true;
            at += escape;
        }
    }

    /// <summary>Takes a number (section 6), which begins at <see cref="Start"/>. False when it is none.</summary>
    public bool TryTakeNumber()
    {
        var at = Start;
        if (bytes[at] == '-')
            at++;
        var whole = Digits(at);
        if (whole == 0 || (whole > 1 && bytes[at] == '0'))
            return false;
        at += whole;
        if (Peek(at) == '.')
        {
            var fraction = Digits(at + 1);
            if (fraction == 0)
                return false;
            at += 1 + fraction;
        }

        if (Peek(at) is 'e' or 'E')
        {
            at += Peek(at + 1) is '+' or '-' ? 2 : 1;
            var exponent = Digits(at);
            if (exponent == 0)
                return false;
            at += exponent;
        }

        End = at;
        return Peek(at) is EndOfText or ',' or '}' or ']' or ' ' or '\n' or '\r' or '\t';
    }

    /// <summary>Takes one of the literal names, which begins at <see cref="Start"/>. False when there is another text.</summary>
    public bool TryTake(ReadOnlySpan<byte> literal)
    {
        End = Start + literal.Length;
        return bytes[Start..].StartsWith(literal);
    }

    // Most strings are short: the first bytes are looked at in one step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PlainLength(ReadOnlySpan<byte> rest)
    {
        if (!Vector128.IsHardwareAccelerated || rest.Length < Vector128<byte>.Count)
            return rest.IndexOfAny(QuoteEscapeOrControl);
        var first = Vector128.Create(rest);
        var found = Vector128.Equals(first, Vector128.Create((byte)'"')) | Vector128.Equals(first, Vector128.Create((byte)'\\'))
            | Vector128.LessThan(first, Vector128.Create((byte)0x20));
        if (found != Vector128<byte>.Zero)
            return BitOperations.TrailingZeroCount(found.ExtractMostSignificantBits());
        var later = rest[Vector128<byte>.Count..].IndexOfAny(QuoteEscapeOrControl);
        return later < 0 ? later : Vector128<byte>.Count + later;
    }

    // 0 where there is no escape: also for a control character, which has to be escaped.
    private static int EscapeLength(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2 || rest[0] != '\\')
            return 0;
        if (rest[1] == 'u')
            return rest.Length >= 6 && AreHexDigits(rest.Slice(2, 4)) ? 6 : 0;
        return rest[1] is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' ? 2 : 0;
    }

    private static bool AreHexDigits(ReadOnlySpan<byte> four)
    {
        foreach (var b in four)
        {
            if (!char.IsAsciiHexDigit((char)b))
                return false;
        }

        return true;
    }

    private int SkipWhiteSpace()
    {
        var at = Start;
        while (Peek(at) is ' ' or '\n' or '\r' or '\t')
            at++;
        Start = End = at;
        return Peek(at);
    }

    private readonly int Digits(int from)
    {
        var at = from;
        while (at < bytes.Length && (uint)(bytes[at] - '0') <= 9)
            at++;
        return at - from;
    }

    private readonly int Peek(int at) => at < bytes.Length ? bytes[at] : EndOfText;
}
