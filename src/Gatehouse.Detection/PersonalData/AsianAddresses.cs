using System.Buffers;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>Chinese and Japanese addresses: signs for a province, a city, a district, a street and a house in one row around a number.</summary>
internal static class AsianAddresses
{
    private const int Reach = 32;
    private const int FewestSigns = 2;

    private static readonly SearchValues<char> Houses = SearchValues.Create("号號番棟弄楼室");

    /// <summary>Returns the hit of an address around a number, if there is one.</summary>
    public static PersonalHit? Find(ref PersonalText text, int at, int end)
    {
        var source = text.Text;
        var start = at;
        while (start > text.Floor && at - start < Reach && IsPart(source[start - 1])) start--;
        while (end < source.Length && end - at < Reach && (IsPart(source[end]) || source[end] == '-')) end++;
        var signs = 0;
        for (var i = start; i < at; i++)
        {
            if (source[i] is '省' or '市' or '区' or '區' or '县' or '縣' or '県' or '町' or '村' or '路' or '街' or '镇' or '巷' or '弄' or '丁') signs++;
            // These are words of any sentence, but in the names of four prefectures and in streets.
            else if (source[i] is '都' or '府' or '道' && i > start && source[i - 1] is '京' or '阪' or '海' or '都' or '大') signs++;
        }

        if (signs > 0 && source[at..end].ContainsAny(Houses)) signs++;
        if (signs < FewestSigns && !(signs == 1 && text.IsLabelled(start, LabelKinds.Address))) return null;
        return new PersonalHit(PersonalKinds.Address, start, end - start, Confidence.Medium);
    }

    private static bool IsPart(char character) => (WordHash.IsIdeograph(character) && character is not (>= '\u3040' and <= '\u309f'))
        || char.IsAsciiLetterOrDigit(character);
}
