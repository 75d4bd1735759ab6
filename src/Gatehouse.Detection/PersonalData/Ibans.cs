using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>International bank account numbers by the registry of ISO 13616: the length of each country and the check of ISO/IEC 7064 MOD
/// 97-10.</summary>
internal static class Ibans
{
    private const string Lengths =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23"
        + "GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28"
        + "NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

    /// <summary>Returns the hit of an account number at a place, if there is one.</summary>
    public static PersonalHit? Find(ref PersonalText text, int at)
    {
        var source = text.Text;
        if (at + 15 > source.Length || !char.IsAsciiLetter(source[at]) || !char.IsAsciiLetter(source[at + 1])) return null;
        var length = LengthOf(char.ToUpperInvariant(source[at]), char.ToUpperInvariant(source[at + 1]));
        if (length == 0) return null;
        Span<char> value = stackalloc char[PersonalForm.Longest];
        Span<int> ends = stackalloc int[PersonalForm.Longest];
        if (PersonalForm.Compact(source, at, length, value, ends) < length || !char.IsAsciiDigit(value[2])
            || !char.IsAsciiDigit(value[3])) return null;
        var end = ends[length - 1];
        return (end >= source.Length || !char.IsAsciiLetterOrDigit(source[end]))
            && Checksums.Mod97(value[..4], Checksums.Mod97(value[4..length])) == 1
            ? new PersonalHit(PersonalKinds.Iban, at, end - at, Confidence.High) : null;
    }

    private static int LengthOf(char first, char second)
    {
        for (var i = 0; i < Lengths.Length; i += 4)
        {
            if (Lengths[i] == first && Lengths[i + 1] == second) return Checksums.Number(Lengths.AsSpan(i + 2, 2));
        }

        return 0;
    }
}
