namespace Gatehouse.Detection.PersonalData;

/// <summary>The rules of the numbers in <see cref="VatNumbers"/>; a value has no prefix.</summary>
internal static class VatChecks
{
    public static bool Austria(ReadOnlySpan<char> v)
    {
        var sum = 4;
        for (var i = 1; i < 8; i++)
        {
            var product = (v[i] - '0') * (i % 2 == 0 ? 2 : 1);
            sum += product > 9 ? product - 9 : product;
        }

        return (10 - (sum % 10)) % 10 == v[8] - '0';
    }

    public static bool Belgium(ReadOnlySpan<char> v) => v[0] is '0' or '1' && 97 - (Checksums.Number(v[..8]) % 97) == Checksums.Number(v[8..]);

    public static bool Bulgaria(ReadOnlySpan<char> v)
    {
        if (v.Length == 10)
            return NationalIdChecks.Bulgaria(v) || Checksums.Weighted(v, "LJHDB9731") % 10 == v[9] - '0'
                || (11 - (Checksums.Weighted(v, "432765432") % 11)) % 11 == v[9] - '0';
        var check = Checksums.Weighted(v, "12345678") % 11;
        return (check == 10 ? Checksums.Weighted(v, "3456789A") % 11 % 10 : check) == v[8] - '0';
    }

    public static bool Britain(ReadOnlySpan<char> v)
    {
        var sum = Checksums.Weighted(v, "8765432") + Checksums.Number(v[7..9]);
        return sum % 97 == 0 || (sum + 55) % 97 == 0;
    }

    public static bool Cyprus(ReadOnlySpan<char> v)
    {
        ReadOnlySpan<byte> odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
        var sum = 0;
        for (var i = 0; i < 8; i++) sum += i % 2 == 0 ? odd[v[i] - '0'] : v[i] - '0';
        return v[..2] is not "12" && 'A' + (sum % 26) == v[8];
    }

    public static bool Czechia(ReadOnlySpan<char> v) =>
        v.Length == 10 ? NationalIdChecks.Czechia(v) : v[0] != '9' && (11 - (Checksums.Weighted(v, "8765432") % 11)) % 10 == v[7] - '0';

    public static bool Denmark(ReadOnlySpan<char> v) => v[0] != '0' && Checksums.Weighted(v, "27654321") % 11 == 0;

    public static bool Estonia(ReadOnlySpan<char> v) => v[..2] is "10" && Checksums.Weighted(v, "371371371") % 10 == 0;

    public static bool Finland(ReadOnlySpan<char> v) => (11 - (Checksums.Weighted(v, "79A5842") % 11)) % 11 == v[7] - '0';

    public static bool France(ReadOnlySpan<char> v)
    {
        var siren = v[2..];
        if (!char.IsAsciiDigit(v[0]) || !char.IsAsciiDigit(v[1])) return Checksums.Luhn(siren);
        return (12 + (3 * (Checksums.Number(siren) % 97))) % 97 == Checksums.Number(v[..2]);
    }

    public static bool Greece(ReadOnlySpan<char> v)
    {
        var sum = 0;
        for (var i = 0; i < 8; i++) sum += (v[i] - '0') << (8 - i);
        return sum % 11 % 10 == v[8] - '0';
    }

    public static bool Hungary(ReadOnlySpan<char> v) => (10 - (Checksums.Weighted(v, "9731973") % 10)) % 10 == v[7] - '0';

    public static bool Ireland(ReadOnlySpan<char> v) => NationalIdChecks.Ireland(v);

    public static bool Latvia(ReadOnlySpan<char> v)
    {
        if (v[0] <= '3') return NationalIdChecks.Latvia(v);
        var check = 3 - (Checksums.Weighted(v, "91483A2576") % 11);
        return (check < -1 ? check + 11 : check) == v[10] - '0';
    }

    public static bool Lithuania(ReadOnlySpan<char> v)
    {
        var weights = v.Length == 9 ? ("12345678", "34567891") : ("12345678912", "34567891234");
        var check = Checksums.Weighted(v, weights.Item1) % 11;
        return (check == 10 ? Checksums.Weighted(v, weights.Item2) % 11 % 10 : check) == v[^1] - '0';
    }

    public static bool Luxembourg(ReadOnlySpan<char> v) => Checksums.Number(v[..6]) % 89 == Checksums.Number(v[6..]);

    public static bool Malta(ReadOnlySpan<char> v) => 37 - (Checksums.Weighted(v, "346789") % 37) == Checksums.Number(v[6..]);

    // Numbers of sole traders, since 2020, have the check of the whole with its prefix.
    public static bool Netherlands(ReadOnlySpan<char> v) =>
        Checksums.Weighted(v, "98765432") % 11 == v[8] - '0' || Checksums.Mod97(v, Checksums.Mod97("NL")) == 1;

    public static bool Norway(ReadOnlySpan<char> v) => v[0] is '8' or '9' && (11 - (Checksums.Weighted(v, "32765432") % 11)) % 11 == v[8] - '0';

    public static bool Poland(ReadOnlySpan<char> v) => Checksums.Weighted(v, "657234567") % 11 == v[9] - '0';

    public static bool Portugal(ReadOnlySpan<char> v) => NationalIdChecks.Portugal(v);

    public static bool Romania(ReadOnlySpan<char> v)
    {
        const string Weights = "753217532";
        return Checksums.Weighted(v, Weights.AsSpan(10 - v.Length)) * 10 % 11 % 10 == v[^1] - '0';
    }

    public static bool Slovakia(ReadOnlySpan<char> v) => v[0] != '0' && v[2] is '2' or '3' or '4' or '7' or '8' or '9' && Checksums.Mod11(v) == 0;

    public static bool Slovenia(ReadOnlySpan<char> v) => v[0] != '0' && 11 - (Checksums.Weighted(v, "8765432") % 11) is var check && (check == 10
        ? 0 : check) == v[7] - '0';

    public static bool Spain(ReadOnlySpan<char> v)
    {
        if (char.IsAsciiDigit(v[0]) || v[0] is 'X' or 'Y' or 'Z') return char.IsAsciiLetter(v[8]) && NationalIdChecks.Spain(v);
        if (!"ABCDEFGHJNPQRSUVW".Contains(v[0], StringComparison.Ordinal)) return false;
        var sum = 0;
        for (var i = 1; i < 8; i++)
        {
            var digit = v[i] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        var check = (10 - (sum % 10)) % 10;
        return v[8] == "JABCDEFGHI"[check] || v[8] - '0' == check;
    }

    public static bool Sweden(ReadOnlySpan<char> v) => v[10..] is "01" && Checksums.Luhn(v[..10]);

    public static bool Switzerland(ReadOnlySpan<char> v) => (11 - (Checksums.Weighted(v, "54327654") % 11)) % 11 == v[8] - '0';
}
