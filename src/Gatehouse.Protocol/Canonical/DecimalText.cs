namespace Gatehouse.Protocol.Canonical;

/// <summary>
/// A decimal number as sign, digits without zeros at either end, and the power of ten of the last digit. Zero has no digits and no sign.
/// </summary>
internal readonly ref struct DecimalText
{
    // An exponent beyond this is no different for any use here, and adding to it never overflows.
    private const long MostExponent = 1_000_000_000;

    private DecimalText(bool negative, ReadOnlySpan<byte> digits, long exponent)
    {
        IsNegative = negative && digits.Length > 0;
        Digits = digits;
        Exponent = exponent;
    }

    public bool IsNegative { get; }

    public ReadOnlySpan<byte> Digits { get; }

    public long Exponent { get; }

    /// <summary>Reads a number in JSON's grammar or .NET's round-trip form.</summary>
    /// <param name="token">The number as written.</param>
    /// <param name="digits">Memory for the digits, at least as long as the token.</param>
    public static DecimalText Read(ReadOnlySpan<byte> token, Span<byte> digits)
    {
        var mark = token.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = mark < 0 ? token : token[..mark];
        var exponent = mark < 0 ? 0 : ReadExponent(token[(mark + 1)..]);
        var negative = mantissa[0] == '-';
        var point = mantissa.IndexOf((byte)'.');
        if (point >= 0)
            exponent -= mantissa.Length - point - 1;
        var count = 0;
        foreach (var b in mantissa)
        {
            if (char.IsAsciiDigit((char)b) && (count > 0 || b != '0'))
                digits[count++] = b;
        }

        ReadOnlySpan<byte> trimmed = digits[..count].TrimEnd((byte)'0');
        return new DecimalText(negative, trimmed, exponent + count - trimmed.Length);
    }

    /// <summary>Returns whether both are the same number.</summary>
    public bool SameAs(DecimalText other) =>
        IsNegative == other.IsNegative && Digits.SequenceEqual(other.Digits) && (Digits.IsEmpty || Exponent == other.Exponent);

    /// <summary>Returns the order of the numbers: less than 0, 0, or more than 0.</summary>
    public int CompareTo(DecimalText other)
    {
        var (sign, otherSign) = (Sign, other.Sign);
        if (sign != otherSign) return sign.CompareTo(otherSign);
        // The power of ten of the first digit, then the digits: they have no zeros in front.
        var magnitude = (Exponent + Digits.Length).CompareTo(other.Exponent + other.Digits.Length);
        return sign * (magnitude != 0 ? magnitude : Digits.SequenceCompareTo(other.Digits));
    }

    private int Sign => Digits.IsEmpty ? 0 : IsNegative ? -1 : 1;

    private static long ReadExponent(ReadOnlySpan<byte> text)
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
