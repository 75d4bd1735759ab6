using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Policy.Conditions;

/// <summary>One JSON value, read as a <see cref="PolicyValue"/>. Dispose gives its buffer back; the value is void then.</summary>
internal ref struct JsonScalar
{
    /// <summary>Longest text that is looked at, in bytes; a longer one is undecidable.</summary>
    public const int LongestText = 64 << 10;

    private const int DigitsOfEveryReader = 15;
    private const decimal LargestExactInteger = 9007199254740992m; // 2^53
    private char[]? rented;

    private JsonScalar(PolicyValue value, char[]? rented = null)
    {
        Value = value;
        this.rented = rented;
    }

    public PolicyValue Value { get; }

    /// <summary>Reads the current value of the reader.</summary>
    public static JsonScalar Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => ReadText(ref reader),
        JsonTokenType.Number => new JsonScalar(ReadNumber(ref reader)),
        JsonTokenType.True => new JsonScalar(PolicyValue.Of(true)),
        JsonTokenType.False => new JsonScalar(PolicyValue.Of(false)),
        _ => new JsonScalar(PolicyValue.Other),
    };

    public void Dispose()
    {
        if (rented is null) return;
        ArrayPool<char>.Shared.Return(rented, clearArray: true);
        rented = null;
    }

    private static JsonScalar ReadText(ref Utf8JsonReader reader)
    {
        var length = reader.HasValueSequence ? (int)Math.Min(reader.ValueSequence.Length, int.MaxValue) : reader.ValueSpan.Length;
        if (length > LongestText) return new JsonScalar(PolicyValue.Other);
        var buffer = ArrayPool<char>.Shared.Rent(Math.Max(length, 1));
        var written = reader.CopyString(buffer);
        return new JsonScalar(PolicyValue.Of(buffer.AsSpan(0, written)), buffer);
    }

    // A number that one reader keeps and another rounds could be judged as one value and used as another.
    private static PolicyValue ReadNumber(ref Utf8JsonReader reader)
    {
        if (!reader.TryGetDecimal(out var number)) return PolicyValue.Other;
        var text = reader.ValueSpan;
        if (text.IndexOfAny("eE."u8) < 0 && Math.Abs(number) <= LargestExactInteger) return PolicyValue.Of(number);
        return SignificantDigits(text) <= DigitsOfEveryReader && (number != 0 || IsZero(text)) ? PolicyValue.Of(number) : PolicyValue.Other;
    }

    private static int SignificantDigits(ReadOnlySpan<byte> text)
    {
        int count = 0, trailingZeros = 0;
        foreach (var digit in text)
        {
            if (digit is (byte)'e' or (byte)'E') break;
            if (digit is < (byte)'0' or > (byte)'9' || (digit == (byte)'0' && count == 0)) continue;
            count++;
            trailingZeros = digit == (byte)'0' ? trailingZeros + 1 : 0;
        }

        return count - trailingZeros;
    }

    // 1e-40 is nothing to a decimal, but it is not zero.
    private static bool IsZero(ReadOnlySpan<byte> text) => SignificantDigits(text) == 0;
}
