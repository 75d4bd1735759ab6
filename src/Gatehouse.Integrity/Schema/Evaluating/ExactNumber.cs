using System.Globalization;
using System.Numerics;
using System.Text;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>A JSON number by its exact decimal value, as JSON Schema compares them (2020-12 core section 4.2.1). Zero has exponent zero.</summary>
internal readonly struct ExactNumber : IEquatable<ExactNumber>
{
    // More digits of an exponent than this change nothing: no schema of a tool distinguishes such numbers, and adding stays within range.
    private const int MostExponent = 1_000_000_000;

    private readonly BigInteger mantissa;
    private readonly int exponent;
    private readonly int digits;

    private ExactNumber(BigInteger mantissa, int exponent, int digits)
    {
        this.mantissa = mantissa;
        this.exponent = exponent;
        this.digits = digits;
    }

    /// <summary>True when there is no fraction: 1.0 is an integer (2020-12 validation section 6.1.1).</summary>
    public bool IsInteger => exponent >= 0;

    /// <summary>A number that equal values share, the same in every process.</summary>
    public ulong StableHash => (ulong)(mantissa & ulong.MaxValue) + ((ulong)exponent * 0x9E3779B97F4A7C15);

    public bool IsPositive => mantissa.Sign > 0;

    /// <summary>Reads a number token.</summary>
    public static ExactNumber Parse(ReadOnlySpan<byte> token)
    {
        var mark = token.IndexOfAny((byte)'e', (byte)'E');
        var plain = mark < 0 ? token : token[..mark];
        var exponent = mark < 0 ? 0 : Exponent(token[(mark + 1)..]);
        var point = plain.IndexOf((byte)'.');
        if (point < 0)
            return Make(plain, exponent);
        var joined = plain.Length <= 64 ? stackalloc byte[plain.Length - 1] : new byte[plain.Length - 1];
        plain[..point].CopyTo(joined);
        plain[(point + 1)..].CopyTo(joined[point..]);
        return Make(joined, exponent - (plain.Length - point - 1));
    }

    public static int Compare(ExactNumber left, ExactNumber right)
    {
        var sign = left.mantissa.Sign;
        if (sign != right.mantissa.Sign || sign == 0)
            return sign.CompareTo(right.mantissa.Sign);
        var leftMagnitude = (long)left.exponent + left.digits;
        var rightMagnitude = (long)right.exponent + right.digits;
        if (leftMagnitude != rightMagnitude)
            return leftMagnitude < rightMagnitude ? -sign : sign;
        // Equal magnitudes: the exponents differ by no more than the digits written.
        var shift = left.exponent - right.exponent;
        return shift >= 0
            ? (left.mantissa * BigInteger.Pow(10, shift)).CompareTo(right.mantissa)
            : left.mantissa.CompareTo(right.mantissa * BigInteger.Pow(10, -shift));
    }

    /// <summary>Returns the steps that <see cref="IsMultipleOf"/> takes: its bits, in words.</summary>
    public long CostOfMultiple(ExactNumber factor)
    {
        var shift = (long)exponent - factor.exponent;
        var words = 1 + ((digits + factor.digits) / 16);
        return shift >= 0 ? (BitOperations.Log2((ulong)shift + 1) + 1) * words : words + (Math.Min(-shift, digits * 4) / 16);
    }

    /// <summary>Returns whether this is a whole multiple of a positive number; exact, whatever the exponents.</summary>
    public bool IsMultipleOf(ExactNumber factor)
    {
        if (mantissa.IsZero)
            return true;
        var shift = exponent - factor.exponent;
        if (shift >= 0)
            return (BigInteger.ModPow(10, shift, factor.mantissa) * mantissa % factor.mantissa).IsZero;
        // The mantissa does not end in zero: it holds at most so many factors of two or five as it has bits.
        return -shift <= digits * 4 && (mantissa % (factor.mantissa * BigInteger.Pow(10, -shift))).IsZero;
    }

    public bool Equals(ExactNumber other) => exponent == other.exponent && mantissa == other.mantissa;

    public override bool Equals(object? obj) => obj is ExactNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(mantissa, exponent);

    private static ExactNumber Make(ReadOnlySpan<byte> digits, long exponent)
    {
        var negative = digits[0] == '-';
        var significant = (negative ? digits[1..] : digits).TrimStart((byte)'0');
        var length = significant.Length;
        significant = significant.TrimEnd((byte)'0');
        if (significant.IsEmpty)
            return default;
        exponent += length - significant.Length;
        var mantissa = significant.Length <= 18
            ? long.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture)
            : BigInteger.Parse(Encoding.ASCII.GetString(significant), NumberStyles.None, CultureInfo.InvariantCulture);
        return new ExactNumber(negative ? -mantissa : mantissa, (int)Math.Clamp(exponent, -MostExponent, MostExponent), significant.Length);
    }

    private static long Exponent(ReadOnlySpan<byte> text)
    {
        long value = 0;
        foreach (var b in text)
        {
            if (char.IsAsciiDigit((char)b))
                value = Math.Min((value * 10) + (b - '0'), MostExponent);
        }

        return text[0] == '-' ? -value : value;
    }
}
