using System.Collections.Frozen;
using System.Globalization;

namespace Gatehouse.Integrity.Patterns;

/// <summary>The general categories that <c>\p{…}</c> may name, by short and long name (ECMA-262 section 22.2.1, Unicode Standard Annex 44).</summary>
internal static class UnicodeProperty
{
    private const uint Letters = 0b11111;

    private static readonly FrozenDictionary<string, uint> Masks = new Dictionary<string, uint>(StringComparer.Ordinal)
    {
        ["L"] = Letters,
        ["Letter"] = Letters,
        ["LC"] = 0b111,
        ["Cased_Letter"] = 0b111,
        ["Lu"] = Of(UnicodeCategory.UppercaseLetter),
        ["Uppercase_Letter"] = Of(UnicodeCategory.UppercaseLetter),
        ["Ll"] = Of(UnicodeCategory.LowercaseLetter),
        ["Lowercase_Letter"] = Of(UnicodeCategory.LowercaseLetter),
        ["Lt"] = Of(UnicodeCategory.TitlecaseLetter),
        ["Titlecase_Letter"] = Of(UnicodeCategory.TitlecaseLetter),
        ["Lm"] = Of(UnicodeCategory.ModifierLetter),
        ["Modifier_Letter"] = Of(UnicodeCategory.ModifierLetter),
        ["Lo"] = Of(UnicodeCategory.OtherLetter),
        ["Other_Letter"] = Of(UnicodeCategory.OtherLetter),
        ["M"] = 0b111 << 5,
        ["Mark"] = 0b111 << 5,
        ["Combining_Mark"] = 0b111 << 5,
        ["Mn"] = Of(UnicodeCategory.NonSpacingMark),
        ["Nonspacing_Mark"] = Of(UnicodeCategory.NonSpacingMark),
        ["Mc"] = Of(UnicodeCategory.SpacingCombiningMark),
        ["Spacing_Mark"] = Of(UnicodeCategory.SpacingCombiningMark),
        ["Me"] = Of(UnicodeCategory.EnclosingMark),
        ["Enclosing_Mark"] = Of(UnicodeCategory.EnclosingMark),
        ["N"] = 0b111 << 8,
        ["Number"] = 0b111 << 8,
        ["Nd"] = Of(UnicodeCategory.DecimalDigitNumber),
        ["Decimal_Number"] = Of(UnicodeCategory.DecimalDigitNumber),
        ["digit"] = Of(UnicodeCategory.DecimalDigitNumber),
        ["Nl"] = Of(UnicodeCategory.LetterNumber),
        ["Letter_Number"] = Of(UnicodeCategory.LetterNumber),
        ["No"] = Of(UnicodeCategory.OtherNumber),
        ["Other_Number"] = Of(UnicodeCategory.OtherNumber),
        ["Z"] = 0b111 << 11,
        ["Separator"] = 0b111 << 11,
        ["Zs"] = Of(UnicodeCategory.SpaceSeparator),
        ["Space_Separator"] = Of(UnicodeCategory.SpaceSeparator),
        ["Zl"] = Of(UnicodeCategory.LineSeparator),
        ["Line_Separator"] = Of(UnicodeCategory.LineSeparator),
        ["Zp"] = Of(UnicodeCategory.ParagraphSeparator),
        ["Paragraph_Separator"] = Of(UnicodeCategory.ParagraphSeparator),
        ["C"] = (0b1111u << 14) | Of(UnicodeCategory.OtherNotAssigned),
        ["Other"] = (0b1111u << 14) | Of(UnicodeCategory.OtherNotAssigned),
        ["Cc"] = Of(UnicodeCategory.Control),
        ["Control"] = Of(UnicodeCategory.Control),
        ["cntrl"] = Of(UnicodeCategory.Control),
        ["Cf"] = Of(UnicodeCategory.Format),
        ["Format"] = Of(UnicodeCategory.Format),
        ["Cs"] = Of(UnicodeCategory.Surrogate),
        ["Surrogate"] = Of(UnicodeCategory.Surrogate),
        ["Co"] = Of(UnicodeCategory.PrivateUse),
        ["Private_Use"] = Of(UnicodeCategory.PrivateUse),
        ["Cn"] = Of(UnicodeCategory.OtherNotAssigned),
        ["Unassigned"] = Of(UnicodeCategory.OtherNotAssigned),
        ["P"] = 0b1111111u << 18,
        ["Punctuation"] = 0b1111111u << 18,
        ["punct"] = 0b1111111u << 18,
        ["Pc"] = Of(UnicodeCategory.ConnectorPunctuation),
        ["Connector_Punctuation"] = Of(UnicodeCategory.ConnectorPunctuation),
        ["Pd"] = Of(UnicodeCategory.DashPunctuation),
        ["Dash_Punctuation"] = Of(UnicodeCategory.DashPunctuation),
        ["Ps"] = Of(UnicodeCategory.OpenPunctuation),
        ["Open_Punctuation"] = Of(UnicodeCategory.OpenPunctuation),
        ["Pe"] = Of(UnicodeCategory.ClosePunctuation),
        ["Close_Punctuation"] = Of(UnicodeCategory.ClosePunctuation),
        ["Pi"] = Of(UnicodeCategory.InitialQuotePunctuation),
        ["Initial_Punctuation"] = Of(UnicodeCategory.InitialQuotePunctuation),
        ["Pf"] = Of(UnicodeCategory.FinalQuotePunctuation),
        ["Final_Punctuation"] = Of(UnicodeCategory.FinalQuotePunctuation),
        ["Po"] = Of(UnicodeCategory.OtherPunctuation),
        ["Other_Punctuation"] = Of(UnicodeCategory.OtherPunctuation),
        ["S"] = 0b1111u << 25,
        ["Symbol"] = 0b1111u << 25,
        ["Sm"] = Of(UnicodeCategory.MathSymbol),
        ["Math_Symbol"] = Of(UnicodeCategory.MathSymbol),
        ["Sc"] = Of(UnicodeCategory.CurrencySymbol),
        ["Currency_Symbol"] = Of(UnicodeCategory.CurrencySymbol),
        ["Sk"] = Of(UnicodeCategory.ModifierSymbol),
        ["Modifier_Symbol"] = Of(UnicodeCategory.ModifierSymbol),
        ["So"] = Of(UnicodeCategory.OtherSymbol),
        ["Other_Symbol"] = Of(UnicodeCategory.OtherSymbol),
        ["Any"] = uint.MaxValue,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Finds a category by the text between the braces, with or without <c>General_Category=</c>.</summary>
    /// <returns>False for scripts and binary properties: .NET carries no tables of them.</returns>
    public static bool TryFind(string text, out uint categories)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var general = equals < 0 || text[..equals] is "General_Category" or "gc";
        categories = 0;
        return general && Masks.TryGetValue(text[(equals + 1)..], out categories);
    }

    private static uint Of(UnicodeCategory category) => 1u << (int)category;
}
