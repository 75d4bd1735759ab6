namespace Gatehouse.Detection.PersonalData;

/// <summary>Checksums of several numbers. A value is digits and capital letters without separators.</summary>
internal static class Checksums
{
    private static ReadOnlySpan<byte> VerhoeffProduct =>
        "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"u8;

    private static ReadOnlySpan<byte> VerhoeffPermutation => "01234567891576283094580379614289160435279453126870428657390127938064157046913258"u8;

    /// <summary>ISO/IEC 7812-1: every second digit doubled from the right.</summary>
    public static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0;
    }

    /// <summary>ISO/IEC 7064 MOD 97-10 over digits and letters, the letters as 10 to 35.</summary>
    public static int Mod97(ReadOnlySpan<char> value, int remainder = 0)
    {
        foreach (var character in value)
            remainder = ((character <= '9' ? remainder * 10 : remainder * 100) + Number(character)) % 97;
        return remainder;
    }

    /// <summary>ISO/IEC 7064 MOD 11,10; the last digit checks.</summary>
    public static bool Mod11And10(ReadOnlySpan<char> digits)
    {
        var product = 10;
        foreach (var character in digits[..^1])
        {
            var sum = (character - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (11 - product) % 10 == digits[^1] - '0';
    }

    /// <summary>The remainder of a division by 11, of a number of any length.</summary>
    public static int Mod11(ReadOnlySpan<char> digits)
    {
        var remainder = 0;
        foreach (var digit in digits) remainder = ((remainder * 10) + digit - '0') % 11;
        return remainder;
    }

    /// <summary>The check of Verhoeff.</summary>
    public static bool Verhoeff(ReadOnlySpan<char> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
            check = VerhoeffProduct[(check * 10) + VerhoeffPermutation[(i % 8 * 10) + digits[^(i + 1)] - '0'] - '0'] - '0';
        return check == 0;
    }

    /// <summary>The sum of digits, each times its weight; a letter counts as 10 to 35.</summary>
    /// <param name="value">At least as many characters as weights.</param>
    /// <param name="weights">The weights as characters: 0 to 9, and A to Z for 10 to 35.</param>
    public static int Weighted(ReadOnlySpan<char> value, ReadOnlySpan<char> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += Number(value[i]) * Number(weights[i]);
        return sum;
    }

    /// <summary>The check digit of GTIN: weights 1 and 3 in turns.</summary>
    public static bool Gtin(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++) sum += (digits[^(i + 1)] - '0') * (i % 2 == 0 ? 1 : 3);
        return sum % 10 == 0;
    }

    /// <summary>Returns whether all characters are the same, as in numbers that are made up.</summary>
    public static bool IsOneDigit(ReadOnlySpan<char> value) => !value.IsEmpty && value.IndexOfAnyExcept(value[0]) < 0;

    /// <summary>The value of a digit, or 10 to 35 of a capital letter.</summary>
    public static int Number(char character) => character <= '9' ? character - '0' : character - 'A' + 10;

    /// <summary>The number that some digits write.</summary>
    public static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits) number = (number * 10) + digit - '0';
        return number;
    }

    /// <summary>Returns whether digits are a day of a month; February has 29 days.</summary>
    public static bool IsDay(int month, int day) => month is >= 1 and <= 12 && day >= 1 && day <= (month == 2 ? 29 : month is 4 or 6 or 9 or 11
        ? 30 : 31);
}
