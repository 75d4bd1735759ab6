namespace Gatehouse.Detection.PersonalData;

/// <summary>The rules of the numbers in <see cref="NationalIds"/>, by the publications of their issuers.</summary>
internal static class NationalIdChecks
{
    private const string SpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
    private const string FinnishSigns = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    // Italy: the values of 0-9 and A-Z at odd places.
    private static ReadOnlySpan<byte> ItalianOdd =>
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

    public static bool Argentina(ReadOnlySpan<char> v) =>
        v[..2] is "20" or "23" or "24" or "25" or "26" or "27" && (11 - (Checksums.Weighted(v, "5432765432") % 11)) % 11 == v[10] - '0';

    public static bool Austria(ReadOnlySpan<char> v) =>
        v[0] != '0' && IsDate(v[4..6], v[6..8]) && (Checksums.Weighted(v, "3790584216") % 11) == v[3] - '0';

    public static bool Australia(ReadOnlySpan<char> v) => !Checksums.IsOneDigit(v) && Checksums.Weighted(v, "14375869A") % 11 == 0;

    public static bool Belgium(ReadOnlySpan<char> v)
    {
        var key = Checksums.Number(v[9..]);
        return IsDate(v[4..6], v[2..4]) && v[6..9] is not "000"
            && (97 - Checksums.Mod97(v[..9]) == key || 97 - Checksums.Mod97(v[..9], 2) == key);
    }

    public static bool Bulgaria(ReadOnlySpan<char> v)
    {
        var month = Checksums.Number(v[2..4]);
        return Checksums.IsDay(month > 40 ? month - 40 : month > 20 ? month - 20 : month, Checksums.Number(v[4..6]))
            && Checksums.Weighted(v, "2485A9736") % 11 % 10 == v[9] - '0';
    }

    public static bool Brazil(ReadOnlySpan<char> v) =>
        !Checksums.IsOneDigit(v) && Checksums.Weighted(v, "123456789") % 11 % 10 == v[9] - '0'
            && Checksums.Weighted(v, "0123456789") % 11 % 10 == v[10] - '0';

    public static bool Canada(ReadOnlySpan<char> v) => v[0] != '8' && !Checksums.IsOneDigit(v) && Checksums.Luhn(v);

    public static bool Switzerland(ReadOnlySpan<char> v) => v[..3] is "756" && Checksums.Gtin(v);

    public static bool Chile(ReadOnlySpan<char> v)
    {
        var sum = 0;
        for (var i = 1; i < v.Length; i++)
        {
            if (!char.IsAsciiDigit(v[^(i + 1)])) return false;
            sum += (v[^(i + 1)] - '0') * (2 + ((i - 1) % 6));
        }

        var check = (11 - (sum % 11)) % 11;
        return v[^1] == (check == 10 ? 'K' : (char)('0' + check));
    }

    public static bool China(ReadOnlySpan<char> v) =>
        v[0] is >= '1' and <= '8' && v[6..8] is "19" or "20" && IsDate(v[12..14], v[10..12]) && (v[17] == 'X' || char.IsAsciiDigit(v[17]))
        && (Checksums.Weighted(v, "79A584216379A5842") + (v[17] == 'X' ? 10 : v[17] - '0')) % 11 == 1;

    public static bool Czechia(ReadOnlySpan<char> v)
    {
        var month = Checksums.Number(v[2..4]) % 50;
        return Checksums.IsDay(month > 20 ? month - 20 : month, Checksums.Number(v[4..6]))
            && Checksums.Number(v[..9]) % 11 % 10 == v[9] - '0';
    }

    // One digit of the first ten occurs twice or three times, all others at most once.
    public static bool Germany(ReadOnlySpan<char> v)
    {
        Span<int> counts = stackalloc int[10];
        foreach (var digit in v[..10]) counts[digit - '0']++;
        var repeated = 0;
        foreach (var count in counts)
        {
            if (count > 3) return false;
            if (count > 1) repeated++;
        }

        return v[0] != '0' && repeated == 1 && Checksums.Mod11And10(v);
    }

    // The pension insurance: area, birthday, first letter of the name, serial number.
    public static bool GermanyPension(ReadOnlySpan<char> v)
    {
        if (!IsDate(v[2..4], v[4..6])) return false;
        var letter = v[8] - 'A' + 1;
        ReadOnlySpan<byte> weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
        var sum = 0;
        for (var i = 0; i < 12; i++)
        {
            var digit = i < 8 ? v[i] - '0' : i == 8 ? letter / 10 : i == 9 ? letter % 10 : v[i - 1] - '0';
            var product = digit * weights[i];
            sum += (product / 10) + (product % 10);
        }

        return sum % 10 == v[11] - '0';
    }

    // Since 2007 numbers without a checksum are given out.
    public static bool Denmark(ReadOnlySpan<char> v) => IsDate(v[..2], v[2..4]) && v[6..] is not "0000";

    public static bool Estonia(ReadOnlySpan<char> v)
    {
        var check = Checksums.Weighted(v, "1234567891") % 11;
        if (check == 10) check = Checksums.Weighted(v, "3456789123") % 11 % 10;
        return v[0] is >= '1' and <= '8' && IsDate(v[5..7], v[3..5]) && check == v[10] - '0';
    }

    public static bool Spain(ReadOnlySpan<char> v)
    {
        if (char.IsAsciiDigit(v[0])) return SpanishLetters[Checksums.Number(v[..8]) % 23] == v[8];
        var first = "XYZ".IndexOf(v[0], StringComparison.Ordinal);
        return first >= 0 && SpanishLetters[((first * 10_000_000) + Checksums.Number(v[1..8])) % 23] == v[8];
    }

    public static bool Finland(ReadOnlySpan<char> v)
    {
        if (v.Length == 11 && !(v[6] is (>= 'A' and <= 'F') or (>= 'U' and <= 'Y'))) return false;
        return IsDate(v[..2], v[2..4]) && FinnishSigns[((Checksums.Number(v[..6]) * 1000) + Checksums.Number(v[^4..^1])) % 31] == v[^1];
    }

    public static bool France(ReadOnlySpan<char> v)
    {
        if (v[0] is not ('1' or '2' or '3' or '4' or '7' or '8') || v.Length != 15) return false;
        var month = Checksums.Number(v[3..5]);
        if (month is 0 or (> 12 and < 20) or (> 42 and < 50)) return false;
        if (!char.IsAsciiDigit(v[6]) && (v[5] != '2' || v[6] is not ('A' or 'B'))) return false;
        Span<char> digits = stackalloc char[13];
        v[..13].CopyTo(digits);
        var less = v[6] == 'A' ? 1 : v[6] == 'B' ? 2 : 0;
        if (less > 0) (digits[5], digits[6]) = less == 1 ? ('1', '9') : ('1', '8');
        return 97 - Checksums.Mod97(digits) == Checksums.Number(v[13..]);
    }

    public static bool Britain(ReadOnlySpan<char> v) =>
        !"DFIQUV".Contains(v[0], StringComparison.Ordinal) && !"DFIOQUV".Contains(v[1], StringComparison.Ordinal) && v[8] is >= 'A' and <= 'D'
        && v[..2] is not ("BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ");

    public static bool Greece(ReadOnlySpan<char> v) => IsDate(v[..2], v[2..4]) && Checksums.Luhn(v);

    public static bool HongKong(ReadOnlySpan<char> v) =>
        (v[7] == 'A' || char.IsAsciiDigit(v[7])) && ((36 * 9) + (Checksums.Number(v[0]) * 8) + Checksums.Weighted(v[1..],
            "765432") + Checksums.Number(v[7])) % 11 == 0;

    public static bool Indonesia(ReadOnlySpan<char> v)
    {
        var day = Checksums.Number(v[6..8]);
        return v[0] is >= '1' and <= '9' && Checksums.IsDay(Checksums.Number(v[8..10]), day > 40 ? day - 40 : day);
    }

    public static bool Ireland(ReadOnlySpan<char> v)
    {
        var sum = Checksums.Weighted(v, "8765432") + (v.Length == 9 && v[8] != 'W' ? (v[8] - 'A' + 1) * 9 : 0);
        return v[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
    }

    public static bool Israel(ReadOnlySpan<char> v) => !Checksums.IsOneDigit(v) && Checksums.Luhn(v);

    public static bool India(ReadOnlySpan<char> v) => v[0] is >= '2' and <= '9' && !Checksums.IsOneDigit(v) && Checksums.Verhoeff(v);

    public static bool IndiaTax(ReadOnlySpan<char> v) => v[3] == 'P';

    public static bool Iceland(ReadOnlySpan<char> v) =>
        IsDate(v[..2], v[2..4]) && v[9] is '0' or '9' or '8' && (11 - (Checksums.Weighted(v, "32765432") % 11)) % 11 == v[8] - '0';

    public static bool Italy(ReadOnlySpan<char> v)
    {
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var number = Checksums.Number(v[i]);
            sum += i % 2 == 0 ? ItalianOdd[number] : number < 10 ? number : number - 10;
        }

        return "ABCDEHLMPRST".Contains(v[8], StringComparison.Ordinal) && Letters[sum % 26] == v[15];
    }

    public static bool Japan(ReadOnlySpan<char> v)
    {
        var remainder = Checksums.Weighted(v, "65432765432") % 11;
        return !Checksums.IsOneDigit(v) && v[11] - '0' == (remainder < 2 ? 0 : 11 - remainder);
    }

    // Numbers given out since October 2020 have no checksum.
    public static bool Korea(ReadOnlySpan<char> v) => IsDate(v[4..6], v[2..4]) && v[6] is >= '1' and <= '8';

    public static bool Latvia(ReadOnlySpan<char> v) =>
        IsDate(v[..2], v[2..4]) && (1101 - Checksums.Weighted(v, "16379A5842")) % 11 == v[10] - '0';

    public static bool Mexico(ReadOnlySpan<char> v)
    {
        if (!IsDate(v[8..10], v[6..8]) || v[10] is not ('H' or 'M' or 'X')) return false;
        var sum = 0;
        // The letter N-tilde counts between N and O and does not occur in the part that is left.
        for (var i = 0; i < 17; i++) sum += (Checksums.Number(v[i]) + (v[i] > 'N' ? 1 : 0)) * (18 - i);
        return (10 - (sum % 10)) % 10 == v[17] - '0';
    }

    public static bool Malaysia(ReadOnlySpan<char> v) => IsDate(v[4..6], v[2..4])
        && Checksums.Number(v[6..8]) is >= 1 and <= 99 and not (17 or 18 or 19 or 20);

    public static bool Netherlands(ReadOnlySpan<char> v)
    {
        if (Checksums.IsOneDigit(v)) return false;
        var sum = Checksums.Weighted(v, v.Length == 9 ? "98765432" : "8765432") - (v[^1] - '0');
        return sum % 11 == 0;
    }

    public static bool Norway(ReadOnlySpan<char> v)
    {
        var day = Checksums.Number(v[..2]);
        var month = Checksums.Number(v[2..4]);
        return Checksums.IsDay(month > 40 ? month - 40 : month, day > 40 ? day - 40 : day)
            && Checksums.Weighted(v, "3761894521") % 11 == 0 && Checksums.Weighted(v, "54327654321") % 11 == 0;
    }

    public static bool Poland(ReadOnlySpan<char> v)
    {
        var month = Checksums.Number(v[2..4]) % 20;
        return Checksums.IsDay(month, Checksums.Number(v[4..6])) && (Checksums.Weighted(v, "1379137913") + v[10] - '0') % 10 == 0;
    }

    public static bool Portugal(ReadOnlySpan<char> v)
    {
        var remainder = Checksums.Weighted(v, "98765432") % 11;
        return v[0] != '0' && !Checksums.IsOneDigit(v) && v[8] - '0' == (remainder < 2 ? 0 : 11 - remainder);
    }

    public static bool Romania(ReadOnlySpan<char> v) =>
        v[0] is >= '1' and <= '8' && IsDate(v[5..7], v[3..5]) && Checksums.Weighted(v, "279146358279") % 11 is var sum && (sum == 10 ? 1
            : sum) == v[12] - '0';

    public static bool RussiaInsurance(ReadOnlySpan<char> v) =>
        !Checksums.IsOneDigit(v) && Checksums.Weighted(v, "987654321") % 101 % 100 == Checksums.Number(v[9..]);

    public static bool RussiaTax(ReadOnlySpan<char> v) =>
        !Checksums.IsOneDigit(v) && Checksums.Weighted(v, "724A359468") % 11 % 10 == v[10] - '0'
        && Checksums.Weighted(v, "3724A359468") % 11 % 10 == v[11] - '0';

    public static bool Serbia(ReadOnlySpan<char> v)
    {
        var remainder = Checksums.Weighted(v, "765432765432") % 11;
        return IsDate(v[..2], v[2..4]) && v[12] - '0' == (remainder < 2 ? 0 : 11 - remainder);
    }

    public static bool Singapore(ReadOnlySpan<char> v)
    {
        if (!"STFGM".Contains(v[0], StringComparison.Ordinal)) return false;
        var sum = Checksums.Weighted(v[1..], "2765432") + (v[0] is 'T' or 'G' ? 4 : v[0] == 'M' ? 3 : 0);
        return v[8] == (v[0] is 'S' or 'T' ? "JZIHGFEDCBA" : v[0] == 'M' ? "KLJNPQRTUWX" : "XWUTRQPNMLK")[v[0] == 'M' ? 10 - (sum % 11) : sum % 11];
    }

    // Days of coordination numbers are 60 higher.
    public static bool Sweden(ReadOnlySpan<char> v)
    {
        var ten = v[^10..];
        var day = Checksums.Number(ten[4..6]);
        return Checksums.IsDay(Checksums.Number(ten[2..4]), day > 60 ? day - 60 : day) && Checksums.Luhn(ten) && (v.Length == 10
            || v[..2] is "18" or "19" or "20");
    }

    // A day of this year and a time look the same.
    public static bool SwedenGrown(ReadOnlySpan<char> v) => Checksums.Number(v[..4]) < 2015 && Sweden(v);

    public static bool Taiwan(ReadOnlySpan<char> v)
    {
        var letter = 10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".IndexOf(v[0], StringComparison.Ordinal);
        return v[1] is '1' or '2' or '8' or '9' && ((letter / 10) + (letter % 10 * 9) + Checksums.Weighted(v[1..],
            "87654321") + v[9] - '0') % 10 == 0;
    }

    public static bool Thailand(ReadOnlySpan<char> v) =>
        v[0] is >= '1' and <= '8' && !Checksums.IsOneDigit(v) && (11 - (Checksums.Weighted(v, "DCBA98765432") % 11)) % 10 == v[12] - '0';

    public static bool Turkey(ReadOnlySpan<char> v)
    {
        if (v[0] == '0') return false;
        var odd = v[0] + v[2] + v[4] + v[6] + v[8] - (5 * '0');
        var even = v[1] + v[3] + v[5] + v[7] - (4 * '0');
        return ((odd * 7) - even + 100) % 10 == v[9] - '0' && (odd + even + v[9] - '0') % 10 == v[10] - '0';
    }

    // Social security numbers by area, and individual taxpayer numbers, which begin with 9.
    public static bool UnitedStates(ReadOnlySpan<char> v)
    {
        var group = Checksums.Number(v[3..5]);
        if (v[0] == '9') return group is (>= 50 and <= 65) or (>= 70 and <= 88) or (>= 90 and <= 92) or (>= 94 and <= 99);
        return v[..3] is not ("000" or "666") && group != 0 && v[5..] is not "0000" && !Checksums.IsOneDigit(v);
    }

    public static bool SouthAfrica(ReadOnlySpan<char> v) =>
        IsDate(v[4..6], v[2..4]) && v[10] is '0' or '1' && v[11] is '8' or '9' && Checksums.Luhn(v);

    private static bool IsDate(ReadOnlySpan<char> day, ReadOnlySpan<char> month) => Checksums.IsDay(Checksums.Number(month), Checksums.Number(day));
}
