using System.Globalization;

namespace Gatehouse.Protocol.Canonical;

/// <summary>JSON numbers as exact decimals, without the rounding of a double.</summary>
public static class JsonNumbers
{
    private const int OnStack = 128;

    /// <summary>Tells whether a validated JSON value is a number.</summary>
    public static bool Is(ReadOnlySpan<byte> token) => !token.IsEmpty && (token[0] == (byte)'-' || char.IsAsciiDigit((char)token[0]));

    /// <summary>Returns a number in JSON, without an exponent and without zeros behind its last digit.</summary>
    public static string Text(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>Compares two numbers by their values, whatever their spelling.</summary>
    /// <param name="one">A number of validated JSON.</param>
    /// <param name="other">A number of validated JSON.</param>
    /// <returns>Less than 0, 0, or more than 0, as <paramref name="one"/> is less than, equal to or more than <paramref name="other"/>.</returns>
    public static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var first = one.Length <= OnStack ? stackalloc byte[OnStack] : new byte[one.Length];
        var second = other.Length <= OnStack ? stackalloc byte[OnStack] : new byte[other.Length];
        return DecimalText.Read(one, first).CompareTo(DecimalText.Read(other, second));
    }
}
