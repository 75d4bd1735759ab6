using System.Globalization;
using System.Text;

namespace Gatehouse.Inventory;

/// <summary>Characters that a person does not see, or that change what a person sees.</summary>
internal static class HiddenText
{
    public static IEnumerable<(FindingRule Rule, Confidence Confidence, string Message)> Find(string text)
    {
        int tags = 0, turns = 0, invisible = 0, control = 0;
        Rune? previous = null;
        foreach (var rune in text.EnumerateRunes())
        {
            // Flags of England, Scotland and Wales are written with tag characters after a black flag.
            if (rune.Value is >= 0xE0000 and <= 0xE007F) tags += previous is { Value: 0x1F3F4 or (>= 0xE0000 and <= 0xE007F) } && tags == 0 ? 0 : 1;
            else if (rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)) turns++;
            else if (IsInvisible(rune, previous)) invisible++;
            else if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t')) control++;
            previous = rune;
        }

        if (tags > 0) yield return (FindingRules.Tags, Confidence.High, Say(tags, "tag characters"));
        if (turns > 0) yield return (FindingRules.Reordered, Confidence.High, Say(turns, "characters that turn the reading direction"));
        if (invisible > 0) yield return (FindingRules.Invisible, invisible > 3 ? Confidence.High : Confidence.Medium, Say(invisible, "invisible characters"));
        if (control > 0) yield return (FindingRules.TerminalControl, Confidence.High, Say(control, "control characters"));
    }

    // Joiners belong to emoji and to scripts that need them; alone between other letters they hide something.
    private static bool IsInvisible(Rune rune, Rune? previous) => rune.Value switch
    {
        0x200B or 0x2060 or (>= 0x2061 and <= 0x2064) or 0x180E or 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 => true,
        0xFEFF => previous is not null,
        0x200C or 0x200D => previous is { Value: < 0x0300 },
        0xFE0F => false,
        (>= 0xFE00 and <= 0xFE0E) or (>= 0xE0100 and <= 0xE01EF) => previous is { Value: < 0x0300 } or { Value: (>= 0xFE00 and <= 0xFE0E) or (>= 0xE0100 and <= 0xE01EF) },
        _ => Rune.GetUnicodeCategory(rune) == UnicodeCategory.PrivateUse && rune.Value > 0xFFFF,
    };

    private static string Say(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}");
}
