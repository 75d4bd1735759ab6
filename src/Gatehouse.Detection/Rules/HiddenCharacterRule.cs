using System.Globalization;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Text;
using Gatehouse.Text;

namespace Gatehouse.Detection.Rules;

/// <summary>The rule for characters that hide or turn around (GHS7001 to GHS7005), and words of two scripts (GHS7008).</summary>
internal static class HiddenCharacterRule
{
    public static void Judge(TextView source, TextRole role, List<TextFinding> findings)
    {
        if (!HasAny(source.Text))
            return;
        Span<int> counts = stackalloc int[5];
        Span<int> firsts = stackalloc int[5];
        Span<int> lasts = stackalloc int[5];
        var isRightToLeft = false;
        var inFlag = false;
        Rune? previous = null;
        for (var at = 0; at < source.Text.Length;)
        {
            Rune.DecodeFromUtf16(source.Text.AsSpan(at), out var rune, out var used);
            var kind = HiddenCharacters.KindOf(rune, previous);
            var isTag = AppearanceTable.Of(rune.Value) == Appearance.Tag;
            inFlag = isTag && ((inFlag && counts[(int)HiddenKind.Tag] == 0) || kind == HiddenKind.None);
            if (inFlag)
                kind = HiddenKind.None;
            if (kind != HiddenKind.None)
            {
                if (counts[(int)kind]++ == 0)
                    firsts[(int)kind] = at;
                lasts[(int)kind] = at + used;
            }

            isRightToLeft |= rune.Value is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFC);
            previous = rune;
            at += used;
        }

        Tell(HiddenKind.Tag, DetectionRules.Tags, Confidence.High, "tag characters", counts, firsts, lasts, source, findings);
        Tell(HiddenKind.Direction, DetectionRules.Reordered, isRightToLeft
            ? Confidence.Low : Confidence.High, "characters that change the reading direction", counts, firsts, lasts, source, findings);
        Tell(HiddenKind.Invisible, DetectionRules.Invisible, counts[(int)HiddenKind.Invisible] > 3
            ? Confidence.High : Confidence.Medium, "invisible characters", counts, firsts, lasts, source, findings);
        Tell(HiddenKind.Control, DetectionRules.TerminalControl, Confidence.High, "control characters", counts, firsts, lasts, source, findings);
        Mixed(source, role, findings);
    }

    private static bool HasAny(string text)
    {
        foreach (var letter in text)
        {
            if (letter > 0x7E || (letter < ' ' && letter is not ('\n' or '\r' or '\t')))
                return true;
        }

        return false;
    }

    private static void Tell(HiddenKind kind, FindingRule rule, Confidence confidence, string what, Span<int> counts, Span<int> firsts,
        Span<int> lasts, TextView source, List<TextFinding> findings)
    {
        var count = counts[(int)kind];
        if (count > 0)
            findings.Add(new TextFinding(rule, confidence, source.Span(firsts[(int)kind], lasts[(int)kind] - firsts[(int)kind]),
                string.Create(CultureInfo.InvariantCulture, $"{count} {what}")));
    }

    // A word that mixes Latin letters with others that look like Latin ones.
    private static void Mixed(TextView source, TextRole role, List<TextFinding> findings)
    {
        var text = source.Text;
        for (var at = 0; at < text.Length;)
        {
            int end = at, latin = 0, alike = 0, other = 0;
            for (; end < text.Length && char.IsLetter(text[end]); end++)
            {
                if (char.IsAsciiLetter(text[end]))
                    latin++;
                else if (Folding.IsLookAlike(text[end]))
                    alike++;
                else
                    other++;
            }

            if (latin > 0 && alike > 0 && other == 0 && latin + alike >= 3)
            {
                findings.Add(new TextFinding(DetectionRules.MixedLetters, role == TextRole.Name
                    ? Confidence.High : Confidence.Medium, source.Span(at, end - at), "a word with similar letters of two scripts"));
                return;
            }

            at = end + 1;
        }
    }
}
