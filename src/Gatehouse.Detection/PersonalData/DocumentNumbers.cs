using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>
/// Numbers of health insurance, passports and driving licences. Most have no form of their own: the value right after a label counts. Those with a
/// check digit must satisfy it where the label names them.
/// </summary>
internal static class DocumentNumbers
{
    // How far a label may be before its value.
    private const int Near = 36;
    private const int Longest = 24;
    private const int MachineLine = 44;

    private static readonly ulong British = NationalIds.BitOf("GB");
    private static readonly ulong German = NationalIds.BitOf("DE");
    private static readonly ulong Australian = NationalIds.BitOf("AU");

    /// <summary>Returns the hit of a number at the beginning of a word, if there is one.</summary>
    public static PersonalHit? Find(ref PersonalText text, int at)
    {
        if (OfForm(ref text, at) is { } hit) return hit;
        Span<char> value = stackalloc char[Longest];
        var length = Read(text.Text, at, value, out var end, out var digits);
        if (length < 0 || digits < 3 || text.IsJoinedBefore(at)
            || !text.IsLabelled(at, LabelKinds.Health | LabelKinds.Passport | LabelKinds.Licence | LabelKinds.IdCard)) return null;
        var said = text.LabelsNear(at, Near);
        var kind = (said.Kinds & LabelKinds.Health) != 0 ? PersonalKinds.HealthInsurance
            : (said.Kinds & LabelKinds.Passport) != 0 ? PersonalKinds.Passport
            : (said.Kinds & LabelKinds.Licence) != 0 ? PersonalKinds.DrivingLicence
            : (said.Kinds & LabelKinds.IdCard) != 0 ? PersonalKinds.NationalId : null;
        if (kind is null) return null;
        if (!text.IsEnd(end) || IsDate(value[..length], digits)) return null;
        var isSound = kind switch
        {
            PersonalKinds.HealthInsurance => IsHealth(value[..length], digits, said.Countries),
            PersonalKinds.Passport or PersonalKinds.NationalId => length is >= 6 and <= 12 && digits >= 4,
            _ => length is >= 8 and <= 20 || (length >= 5 && digits >= 4),
        };
        return isSound ? new PersonalHit(kind, at, end - at, Confidence.High) : null;
    }

    private static bool IsHealth(ReadOnlySpan<char> value, int digits, ulong countries) =>
        countries == British ? value.Length == 10 && digits == 10 && IsBritish(value)
        : countries == German ? value.Length == 10 && digits == 9 && char.IsAsciiLetter(value[0]) && IsGerman(value)
        : countries == Australian && digits == value.Length && value.Length is 10 or 11 ? IsAustralian(value)
        : value.Length is >= 6 and <= 22 && digits >= 5;

    // Forms that no label needs: the lines of a passport for machines, British licences, and beneficiaries of Medicare.
    private static PersonalHit? OfForm(ref PersonalText text, int at)
    {
        Span<char> value = stackalloc char[PersonalForm.Longest];
        if (char.IsAsciiLetter(text.Text[at]) || text.Text[at] == '9')
        {
            if (MachineReadable(ref text, at) is { } passport) return passport;
            var licence = PersonalForm.Match(text.Text, at, "xxxxxddddddxxxAA", value, out _);
            if (licence >= 0 && !text.IsEnd(licence)) licence = PersonalForm.Match(text.Text, at, "xxxxxddddddxxxAAdd", value, out _);
            if (licence >= 0 && text.IsEnd(licence) && IsBritishLicence(value))
                return new PersonalHit(PersonalKinds.DrivingLicence, at, licence - at, Confidence.Medium);
        }

        if (!char.IsAsciiDigit(text.Text[at])) return null;
        var end = PersonalForm.Match(text.Text, at, "dAxd-Axd-AAdd", value, out _);
        return end >= 0 && text.IsEnd(end) && !text.IsOfThing(at)
            ? new PersonalHit(PersonalKinds.HealthInsurance, at, end - at, Confidence.Medium) : null;
    }

    // Five characters of the surname, filled with 9; decade, month (of women from 51), day, year; initials.
    private static bool IsBritishLicence(ReadOnlySpan<char> value)
    {
        var surname = value[..5].TrimEnd('9');
        var month = Checksums.Number(value[6..8]);
        return surname.Length > 0 && surname.IndexOfAnyExceptInRange('A', 'Z') < 0 && char.IsAsciiLetter(value[11])
            && Checksums.IsDay(month > 50 ? month - 50 : month, Checksums.Number(value[8..10]));
    }

    // ICAO Doc 9303, the second line of a passport: its check digits are at 10, 20, 28 and 44.
    private static PersonalHit? MachineReadable(ref PersonalText text, int at)
    {
        var source = text.Text;
        if (at + MachineLine > source.Length) return null;
        var line = source.Slice(at, MachineLine);
        if (!line.Contains('<') || !IsChecked(line, 0, 9) || !IsChecked(line, 13, 6) || !IsChecked(line, 21, 6)) return null;
        foreach (var character in line)
        {
            if (!char.IsAsciiLetterUpper(character) && !char.IsAsciiDigit(character) && character != '<') return null;
        }

        var start = at;
        var first = at;
        while (first > text.Floor && source[first - 1] is '\n' or '\r' or ' ') first--;
        if (first < at && first - MachineLine >= text.Floor && source[first - MachineLine] == 'P') start = first - MachineLine;
        return new PersonalHit(PersonalKinds.Passport, start, at + MachineLine - start, Confidence.High);
    }

    private static bool IsChecked(ReadOnlySpan<char> line, int from, int length)
    {
        var sum = 0;
        for (var i = 0; i < length; i++)
        {
            var character = line[from + i];
            var number = char.IsAsciiDigit(character) ? character - '0' : char.IsAsciiLetterUpper(character) ? character - 'A' + 10
                : character == '<' ? 0 : -1;
            if (number < 0) return false;
            sum += number * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
        }

        return line[from + length] - '0' == sum % 10;
    }

    private static bool IsBritish(ReadOnlySpan<char> value)
    {
        var check = (11 - (Checksums.Weighted(value, "A98765432") % 11)) % 11;
        return !Checksums.IsOneDigit(value) && check == value[9] - '0';
    }

    private static bool IsGerman(ReadOnlySpan<char> value)
    {
        var letter = value[0] - 'A' + 1;
        var sum = 0;
        for (var i = 0; i < 10; i++)
        {
            var digit = i == 0 ? letter / 10 : i == 1 ? letter % 10 : value[i - 1] - '0';
            var product = digit * (i % 2 == 0 ? 1 : 2);
            sum += product > 9 ? product - 9 : product;
        }

        return sum % 10 == value[9] - '0';
    }

    private static bool IsAustralian(ReadOnlySpan<char> value) =>
        value[0] is >= '2' and <= '6' && Checksums.Weighted(value, "13791379") % 10 == value[8] - '0';

    // Letters and digits, with a hyphen, slash, dot or space between groups; a group after a space has a digit.
    private static int Read(ReadOnlySpan<char> source, int at, Span<char> value, out int end, out int digits)
    {
        var length = 0;
        digits = 0;
        end = at;
        while (at < source.Length)
        {
            var group = at;
            var has = 0;
            while (group < source.Length && char.IsAsciiLetterOrDigit(source[group]) && group - at <= Longest)
            {
                if (char.IsAsciiDigit(source[group++])) has++;
            }

            if (group == at || (end < at && source[at - 1] == ' ' && (has == 0 || group - at > 6))) break;
            if (length + group - at > value.Length) return length == 0 ? -1 : length;
            source[at..group].ToUpperInvariant(value[length..]);
            length += group - at;
            digits += has;
            end = group;
            if (group >= source.Length || source[group] is not (' ' or '-' or '/' or '.')) break;
            at = group + 1;
        }

        return length;
    }

    private static bool IsDate(ReadOnlySpan<char> value, int digits) =>
        digits == value.Length && digits == 8 && ((value[..2] is "19" or "20"
            && Checksums.IsDay(Checksums.Number(value[4..6]), Checksums.Number(value[6..8])))
            || (value[4..6] is "19" or "20" && Checksums.IsDay(Checksums.Number(value[2..4]), Checksums.Number(value[..2]))));
}
