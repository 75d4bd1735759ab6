using System.Buffers;
using System.Globalization;

namespace Gatehouse.Protocol.Canonical;

/// <summary>A writer of validated JSON numbers as ECMAScript writes them (RFC 8785 section 3.2.2.3; ECMA-262 Number::toString).</summary>
internal static class CanonicalNumber
{
    private const int DoubleText = 32;

    // ECMA-262: numbers of up to 21 digits before the point are written out, as are those with up to 6 zeros after it.
    private const int MostWholeDigits = 21;
    private const int MostLeadingZeros = 6;

    /// <param name="token">The number as written, finite (validation shows it).</param>
    /// <param name="numbers">The treatment of a number that a double cannot hold.</param>
    /// <param name="output">The destination of the canonical token.</param>
    public static void Write(ReadOnlySpan<byte> token, CanonicalNumbers numbers, IBufferWriter<byte> output)
    {
        var value = double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture);
        Span<byte> shortest = stackalloc byte[DoubleText];
        value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        var nearest = DecimalText.Read(shortest[..length], stackalloc byte[DoubleText]);
        if (numbers == CanonicalNumbers.Exact)
        {
            var exact = DecimalText.Read(token, stackalloc byte[token.Length]);
            if (!exact.SameAs(nearest))
            {
                Render(exact, output);
                return;
            }
        }

        Render(nearest, output);
    }

    private static void Render(DecimalText number, IBufferWriter<byte> output)
    {
        var count = number.Digits.Length;
        if (count == 0)
        {
            output.Write("0"u8);
            return;
        }

        if (number.IsNegative)
            output.Write("-"u8);
        var point = number.Exponent + count;
        if (count <= point && point <= MostWholeDigits)
            Whole(number.Digits, (int)point, output);
        else if (point is > 0 and <= MostWholeDigits)
            Pointed(number.Digits, (int)point, output);
        else if (point is > -MostLeadingZeros and <= 0)
            Fraction(number.Digits, (int)-point, output);
        else
            Scientific(number.Digits, point - 1, output);
    }

    private static void Whole(ReadOnlySpan<byte> digits, int point, IBufferWriter<byte> output)
    {
        output.Write(digits);
        output.Write("000000000000000000000"u8[..(point - digits.Length)]);
    }

    private static void Pointed(ReadOnlySpan<byte> digits, int point, IBufferWriter<byte> output)
    {
        output.Write(digits[..point]);
        output.Write("."u8);
        output.Write(digits[point..]);
    }

    private static void Fraction(ReadOnlySpan<byte> digits, int zeros, IBufferWriter<byte> output)
    {
        output.Write("0."u8);
        output.Write("000000"u8[..zeros]);
        output.Write(digits);
    }

    private static void Scientific(ReadOnlySpan<byte> digits, long exponent, IBufferWriter<byte> output)
    {
        output.Write(digits[..1]);
        if (digits.Length > 1)
        {
            output.Write("."u8);
            output.Write(digits[1..]);
        }

        output.Write(exponent < 0 ? "e-"u8 : "e+"u8);
        Span<byte> text = stackalloc byte[DoubleText];
        Math.Abs(exponent).TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        output.Write(text[..length]);
    }
}
