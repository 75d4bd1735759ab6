using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>Numbers that states give to persons: one row a country.</summary>
internal static class NationalIds
{
    private const int NearThing = 24;
    private const int GermanDigits = 11;

    // Forms that end in ! count unless a word for a thing is before them, those that end in !! always, all others with a label only. A ~ is a space,
    // a hyphen or a dot, the same in the whole form.
    private static readonly (string Country, NumberCheck Check, string Forms)[] Countries =
    [
        ("AR", NationalIdChecks.Argentina, "dd-dddddddd-d! ddddddddddd"),
        ("AT", NationalIdChecks.Austria, "dddd_dddddd dddd-dddddd dddddddddd"),
        ("AU", NationalIdChecks.Australia, "ddd~ddd~ddd ddddddddd"),
        ("BE", NationalIdChecks.Belgium, "dd.dd.dd-ddd.dd!! dd.dd.dd-ddd-dd!! dd.dd.dd.ddd.dd!! dddddd-ddd-dd! dd_dd_dd_ddd_dd! ddddddddddd!"),
        ("BG", NationalIdChecks.Bulgaria, "dddddddddd"),
        ("BR", NationalIdChecks.Brazil, "ddd.ddd.ddd-dd!! ddd_ddd_ddd-dd! ddd_ddd_ddd_dd ddddddddd-dd! ddddddddddd"),
        ("CA", NationalIdChecks.Canada, "ddd~ddd~ddd ddddddddd"),
        ("CH", NationalIdChecks.Switzerland, "ddd.dddd.dddd.dd!! ddd_dddd_dddd_dd!! ddddddddddddd!"),
        ("CL", NationalIdChecks.Chile, "dd.ddd.ddd-x!! d.ddd.ddd-x!! dddddddd-x ddddddd-x"),
        ("CN", NationalIdChecks.China, "dddddddddddddddddx!! dddddd_dddddddd_dddx!!"),
        ("CZ", NationalIdChecks.Czechia, "dddddd/dddd!! dddddddddd"),
        ("DE", NationalIdChecks.Germany, "dd_ddd_ddd_ddd! dd-ddd-ddd-ddd dd/ddd/ddd/ddd! ddddddddddd"),
        ("DE", NationalIdChecks.GermanyPension, "dd_dddddd_A_ddd!! ddddddddAddd!"),
        ("DK", NationalIdChecks.Denmark, "dddddd-dddd! dddddd_dddd dddddddddd"),
        ("EE", NationalIdChecks.Estonia, "ddddddddddd"),
        ("ES", NationalIdChecks.Spain,
            "ddddddddA! dddddddd-A! dddddddd_A dd.ddd.ddd-A!! dd.ddd.dddA!! dd.ddd.ddd_A! AdddddddA! A-ddddddd-A!! Addddddd-A!! A_ddddddd_A"),
        ("FI", NationalIdChecks.Finland, "dddddd-dddx! dddddd+dddx!! ddddddAdddx!!"),
        ("FR", NationalIdChecks.France,
            "d_dd_dd_dx_ddd_ddd_dd!! d_dd_dd_dx_ddd_ddd_|_dd!! d.dd.dd.dx.ddd.ddd.dd!! ddddddxdddddd_dd!! ddddddxdddddddd!"),
        ("GB", NationalIdChecks.Britain, "AA_dd_dd_dd_A!! AA-dd-dd-dd-A!! AA_dddddd_A! AAddddddA!"),
        ("GR", NationalIdChecks.Greece, "ddddddddddd"),
        ("HK", NationalIdChecks.HongKong, "Adddddd(x)!! Addddddx"),
        ("HR", Checksums.Mod11And10, "ddddddddddd"),
        ("ID", NationalIdChecks.Indonesia, "dddddddddddddddd"),
        ("IE", NationalIdChecks.Ireland, "dddddddA dddddddAA"),
        ("IL", NationalIdChecks.Israel, "ddddddddd"),
        ("IN", NationalIdChecks.India, "dddd~dddd~dddd dddddddddddd"),
        ("IN", NationalIdChecks.IndiaTax, "AAAAAddddA"),
        ("IS", NationalIdChecks.Iceland, "dddddd-dddd! dddddddddd"),
        ("IT", NationalIdChecks.Italy, "AAAAAAxxAxxAxxxA!!"),
        ("JP", NationalIdChecks.Japan, "dddd~dddd~dddd dddddddddddd"),
        ("KR", NationalIdChecks.Korea, "dddddd-ddddddd! ddddddddddddd"),
        ("LV", NationalIdChecks.Latvia, "dddddd-ddddd!"),
        ("MX", NationalIdChecks.Mexico, "AAAAddddddAAAAAAxd!!"),
        ("MY", NationalIdChecks.Malaysia, "dddddd-dd-dddd!"),
        ("NL", NationalIdChecks.Netherlands, "dddd.dd.ddd! dddd_dd_ddd ddd~ddd~ddd ddddddddd dddddddd"),
        ("NO", NationalIdChecks.Norway, "dddddd_ddddd!! dddddd-ddddd!! ddddddddddd!"),
        ("PL", NationalIdChecks.Poland, "ddddddddddd"),
        ("PT", NationalIdChecks.Portugal, "ddd~ddd~ddd ddddddddd"),
        ("RO", NationalIdChecks.Romania, "ddddddddddddd"),
        ("RS", NationalIdChecks.Serbia, "ddddddddddddd"),
        ("RU", NationalIdChecks.RussiaInsurance, "ddd-ddd-ddd_dd!! ddd-ddd-ddd-dd!! ddddddddddd"),
        ("LT", NationalIdChecks.Estonia, "ddddddddddd"),
        ("RU", NationalIdChecks.RussiaTax, "dddddddddddd"),
        ("SE", NationalIdChecks.Sweden, "dddddd-dddd! dddddd+dddd! dddddddd-dddd dddddddddddd dddddddddd"),
        ("SE", NationalIdChecks.SwedenGrown, "dddddddd-dddd!"),
        ("SG", NationalIdChecks.Singapore, "AdddddddA!"),
        ("TH", NationalIdChecks.Thailand, "d-dddd-ddddd-dd-d!! d_dddd_ddddd_dd_d!! ddddddddddddd"),
        ("TR", NationalIdChecks.Turkey, "ddddddddddd"),
        ("TW", NationalIdChecks.Taiwan, "Addddddddd"),
        ("US", NationalIdChecks.UnitedStates, "ddd-dd-dddd! ddd_dd_dddd ddddddddd"),
        ("ZA", NationalIdChecks.SouthAfrica, "ddddddddddddd! dddddd_dddd_ddd! dddddd_dddd_dd_d!"),
    ];

    private static readonly List<string> Codes = [.. Countries.Select(row => row.Country).Distinct(StringComparer.Ordinal)];

    private static readonly ulong Germany = BitOf("DE");

    // The forms by the number of digits or letters that they begin with.
    private static readonly NationalForm[][] ByDigits = Indexed('d');
    private static readonly NationalForm[][] ByLetters = Indexed('A');

    /// <summary>The countries of the table.</summary>
    public static IEnumerable<string> Covered => Codes;

    /// <summary>Returns a country as a set of one.</summary>
    public static ulong BitOf(string country) => 1UL << Codes.IndexOf(country);

    /// <summary>Returns the hit of a number at the beginning of a word, if there is one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the word begins.</param>
    /// <param name="run">How many digits, or letters, it begins with.</param>
    public static PersonalHit? Find(ref PersonalText text, int at, int run)
    {
        var forms = char.IsAsciiDigit(text.Text[at]) ? ByDigits : ByLetters;
        if (run >= forms.Length) return null;
        Span<char> value = stackalloc char[PersonalForm.Longest];
        PersonalHit? mistyped = null;
        foreach (var form in forms[run])
        {
            var end = PersonalForm.Match(text.Text, at, form.Form, value, out var length);
            if (end < 0 || !text.IsEnd(end) || IsPartOfRow(text.Text, at, end)) continue;
            var isLabelled = (text.LabelsAt(at).Countries & form.Country) != 0 && !text.IsJoinedBefore(at);
            if (!form.Check(value[..length]))
            {
                // The label of the German tax number names nothing else. With a slip in it, the number is that of a person nevertheless.
                if (isLabelled && form.Country == Germany && length == GermanDigits)
                    mistyped ??= new PersonalHit(PersonalKinds.NationalId, at, end - at, Confidence.Medium);
                continue;
            }

            if (isLabelled || (form.Strength == FormStrength.Enough && (text.LabelsNear(at, NearThing).Kinds & LabelKinds.Thing) == 0)
                || (form.Strength == FormStrength.UnlessThing && !text.IsOfThing(at)))
                return new PersonalHit(PersonalKinds.NationalId, at, end - at, isLabelled || form.Strength == FormStrength.Enough
                    ? Confidence.High : Confidence.Medium);
        }

        return mistyped;
    }

    // More groups of digits before or after: part of a longer number.
    private static bool IsPartOfRow(ReadOnlySpan<char> text, int at, int end) =>
        (at > 1 && text[at - 1] is '-' or '.' or '+' && char.IsAsciiDigit(text[at - 2])) || (at > 0 && text[at - 1] == '+')
        || (end + 1 < text.Length && text[end] == '-' && char.IsAsciiDigit(text[end + 1]));

    private static NationalForm[][] Indexed(char first)
    {
        var forms = Enumerable.Range(0, 20).Select(_ => new List<NationalForm>()).ToArray();
        foreach (var (country, check, row) in Countries)
        {
            foreach (var written in row.Split(' ').Where(form => form[0] == first).SelectMany(Separated))
            {
                var form = written.TrimEnd('!').Replace('_', ' ');
                var strength = (FormStrength)(written.Length - form.Length);
                foreach (var run in Runs(form, first)) forms[run].Add(new NationalForm(BitOf(country), form, check, strength));
            }
        }

        return [.. forms.Select(list => list.ToArray())];
    }

    // How many digits, or letters, a value of the form may begin with: an x may be either.
    private static IEnumerable<int> Runs(string form, char first)
    {
        var run = 0;
        for (; run < form.Length && (form[run] == first || form[run] == 'x'); run++)
        {
            if (form[run] == 'x') yield return run;
        }

        yield return run;
    }

    private static IEnumerable<string> Separated(string form) =>
        form.Contains('~', StringComparison.Ordinal) ? "_-.".Select(separator => form.Replace('~', separator)) : [form];
}
