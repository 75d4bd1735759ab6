using System.Globalization;
using System.Numerics;
using System.Text;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>A JSON number by its exact decimal value, as JSON Schema compares them (2020-12 core section 4.2.1). Zero has exponent zero.</summary>
internal readonly struct ExactNumber : IEquatable<ExactNumber>
{
    // More digits of an exponent than this change nothing: no schema of a tool tells such numbers apart, and adding stays within range.
    private const int MostExponent = 1_000_000_000;

    private readonly BigInteger _mantissa;
    private readonly int _exponent;
    private readonly int _digits;

    private ExactNumber(BigInteger mantissa, int exponent, int digits)
    {
        _mantissa = mantissa;
        _exponent = exponent;
        _digits = digits;
    }

    /// <summary>Whether there is no fraction: 1.0 is an integer (2020-12 validation section 6.1.1).</summary>
    public bool IsInteger => _exponent >= 0;

    public bool IsPositive => _mantissa.Sign > 0;

    /// <summary>Reads a number token.</summary>
    public static ExactNumber Parse(ReadOnlySpan<byte> token)
    {
        int mark = token.IndexOfAny((byte)'e', (byte)'E');
        ReadOnlySpan<byte> plain = mark < 0 ? token : token[..mark];
        long exponent = mark < 0 ? 0 : Exponent(token[(mark + 1)..]);
        int point = plain.IndexOf((byte)'.');
        if (point < 0)
            return Make(plain, exponent);
        Span<byte> joined = plain.Length <= 64 ? stackalloc byte[plain.Length - 1] : new byte[plain.Length - 1];
        plain[..point].CopyTo(joined);
        plain[(point + 1)..].CopyTo(joined[point..]);
        return Make(joined, exponent - (plain.Length - point - 1));
    }

    public static int Compare(ExactNumber left, ExactNumber right)
    {
        int sign = left._mantissa.Sign;
        if (sign != right._mantissa.Sign || sign == 0)
            return sign.CompareTo(right._mantissa.Sign);
        long leftMagnitude = (long)left._exponent + left._digits;
        long rightMagnitude = (long)right._exponent + right._digits;
        if (leftMagnitude != rightMagnitude)
            return leftMagnitude < rightMagnitude ? -sign : sign;
        // Equal magnitudes: the exponents differ by no more than the digits written.
        int shift = left._exponent - right._exponent;
        return shift >= 0
            ? (left._mantissa * BigInteger.Pow(10, shift)).CompareTo(right._mantissa)
            : left._mantissa.CompareTo(right._mantissa * BigInteger.Pow(10, -shift));
    }

    /// <summary>Whether this is a whole multiple of a positive number; exact, whatever the exponents.</summary>
    public bool IsMultipleOf(ExactNumber factor)
    {
        if (_mantissa.IsZero)
            return true;
        int shift = _exponent - factor._exponent;
        if (shift >= 0)
            return (BigInteger.ModPow(10, shift, factor._mantissa) * _mantissa % factor._mantissa).IsZero;
        // The mantissa does not end in zero: it holds at most so many factors of two or five as it has bits.
        return -shift <= _digits * 4 && (_mantissa % (factor._mantissa * BigInteger.Pow(10, -shift))).IsZero;
    }

    public bool Equals(ExactNumber other) => _exponent == other._exponent && _mantissa == other._mantissa;

    public override bool Equals(object? obj) => obj is ExactNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_mantissa, _exponent);

    private static ExactNumber Make(ReadOnlySpan<byte> digits, long exponent)
    {
        bool negative = digits[0] == '-';
        ReadOnlySpan<byte> significant = (negative ? digits[1..] : digits).TrimStart((byte)'0');
        int length = significant.Length;
        significant = significant.TrimEnd((byte)'0');
        if (significant.IsEmpty)
            return default;
        exponent += length - significant.Length;
        BigInteger mantissa = significant.Length <= 18
            ? long.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture)
            : BigInteger.Parse(Encoding.ASCII.GetString(significant), NumberStyles.None, CultureInfo.InvariantCulture);
        return new ExactNumber(negative ? -mantissa : mantissa, (int)Math.Clamp(exponent, -MostExponent, MostExponent), significant.Length);
    }

    private static long Exponent(ReadOnlySpan<byte> text)
    {
        long value = 0;
        foreach (byte b in text)
        {
            if (char.IsAsciiDigit((char)b))
                value = Math.Min((value * 10) + (b - '0'), MostExponent);
        }

        return text[0] == '-' ? -value : value;
    }
}
