using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>Numbers of the value-added tax of the European Union, Britain, Switzerland and Norway: one row a country.</summary>
internal static class VatNumbers
{
    private static readonly (string Prefix, NumberCheck Check, string[] Forms)[] Countries =
    [
        ("AT", VatChecks.Austria, ["Udddddddd"]),
        ("BE", VatChecks.Belgium, ["dddddddddd"]),
        ("BG", VatChecks.Bulgaria, ["ddddddddd", "dddddddddd"]),
        ("CHE", VatChecks.Switzerland, ["ddddddddd"]),
        ("CY", VatChecks.Cyprus, ["ddddddddA"]),
        ("CZ", VatChecks.Czechia, ["dddddddd", "dddddddddd"]),
        ("DE", Checksums.Mod11And10, ["ddddddddd"]),
        ("DK", VatChecks.Denmark, ["dddddddd"]),
        ("EE", VatChecks.Estonia, ["ddddddddd"]),
        ("EL", VatChecks.Greece, ["ddddddddd"]),
        ("ES", VatChecks.Spain, ["xdddddddx"]),
        ("FI", VatChecks.Finland, ["dddddddd"]),
        ("FR", VatChecks.France, ["xxddddddddd"]),
        ("GB", VatChecks.Britain, ["ddddddddd", "dddddddddddd"]),
        ("GR", VatChecks.Greece, ["ddddddddd"]),
        ("HR", Checksums.Mod11And10, ["ddddddddddd"]),
        ("HU", VatChecks.Hungary, ["dddddddd"]),
        ("IE", VatChecks.Ireland, ["dddddddA", "dddddddAA"]),
        ("IT", Checksums.Luhn, ["ddddddddddd"]),
        ("LT", VatChecks.Lithuania, ["ddddddddd", "dddddddddddd"]),
        ("LU", VatChecks.Luxembourg, ["dddddddd"]),
        ("LV", VatChecks.Latvia, ["ddddddddddd"]),
        ("MT", VatChecks.Malta, ["dddddddd"]),
        ("NL", VatChecks.Netherlands, ["dddddddddBdd"]),
        ("NO", VatChecks.Norway, ["ddddddddd"]),
        ("PL", VatChecks.Poland, ["dddddddddd"]),
        ("PT", VatChecks.Portugal, ["ddddddddd"]),
        ("RO", VatChecks.Romania, ["dddddddddd", "ddddddddd", "dddddddd", "ddddddd", "dddddd"]),
        ("SE", VatChecks.Sweden, ["dddddddddddd"]),
        ("SI", VatChecks.Slovenia, ["dddddddd"]),
        ("SK", VatChecks.Slovakia, ["dddddddddd"]),
        ("XI", VatChecks.Britain, ["ddddddddd", "dddddddddddd"]),
    ];

    /// <summary>The prefixes of the table.</summary>
    public static IEnumerable<string> Covered => Countries.Select(row => row.Prefix);

    /// <summary>Returns the hit of a number at the beginning of a word, with the prefix of its country, or after a label without.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the word begins.</param>
    /// <param name="run">How many digits it begins with.</param>
    public static PersonalHit? Find(ref PersonalText text, int at, int run)
    {
        var hasPrefix = run == 0;
        if (run is 1 or 2 or 5 or 6) return null;
        Span<char> value = stackalloc char[16];
        Span<int> ends = stackalloc int[16];
        var length = PersonalForm.Compact(text.Text, at, 16, value, ends);
        if (length < 6 || (!hasPrefix && !text.IsLabelled(at, LabelKinds.Vat))) return null;
        foreach (var (prefix, check, forms) in Countries)
        {
            if (hasPrefix && !value[..length].StartsWith(prefix)) continue;
            var number = hasPrefix ? prefix.Length : 0;
            foreach (var form in forms)
            {
                if (length < number + form.Length || (form.Length < 8 && !text.IsLabelled(at, LabelKinds.Vat))) continue;
                var end = ends[number + form.Length - 1];
                if (!IsOf(value.Slice(number, form.Length), form) || !text.IsEnd(end) || value[number..].StartsWith("000")
                    || Checksums.IsOneDigit(value.Slice(number, form.Length))
                    || !check(value.Slice(number, form.Length)))
                    continue;
                if (text.IsLabelled(at, LabelKinds.Vat)) return new PersonalHit(PersonalKinds.Vat, at, end - at, Confidence.High);
                if (!text.IsOfThing(at)) return new PersonalHit(PersonalKinds.Vat, at, end - at, Confidence.Medium);
            }
        }

        return null;
    }

    private static bool IsOf(ReadOnlySpan<char> value, string form)
    {
        for (var i = 0; i < form.Length; i++)
        {
            if (form[i] == 'd' ? !char.IsAsciiDigit(value[i]) : form[i] == 'A' ? !char.IsAsciiLetter(value[i]) : form[i] != 'x'
                && form[i] != value[i])
                return false;
        }

        return true;
    }
}
