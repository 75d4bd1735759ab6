using System.Text;
using Gatehouse.Text;

namespace Gatehouse.Yaml;

/// <summary>Looks at the characters of a file before any parser does: what a person cannot see must not steer the gateway.</summary>
public static class YamlText
{
    /// <summary>Largest file in characters and in bytes.</summary>
    public const int Largest = 1 << 20;

    /// <summary>True when the text may be given to the parser; faults otherwise.</summary>
    public static bool IsPlain(string text, FaultList faults)
    {
        if (text.Length > Largest)
        {
            faults.Add(new YamlMark(1, 1), "", "the file is larger than 1 MiB", "keep the configuration below 1 MiB");
            return false;
        }

        var before = faults.Any;
        CheckCharacters(text, faults);
        return before == faults.Any;
    }

    private static void CheckCharacters(string text, FaultList faults)
    {
        int line = 1, column = 1;
        var indenting = true;
        foreach (var rune in text.EnumerateRunes())
        {
            Check(rune, indenting, new YamlMark(line, column), faults);
            column++;
            if (rune.Value == '\n') (line, column, indenting) = (line + 1, 1, true);
            else if (rune.Value is not (' ' or '\t')) indenting = false;
        }
    }

    private static void Check(Rune rune, bool indenting, YamlMark at, FaultList faults)
    {
        if (rune.Value == '\t' && indenting)
            faults.Add(at, "", "the indentation contains a tab", "indent with spaces");
        else if (rune == Rune.ReplacementChar)
            faults.Add(at, "", "this character is damaged: it is not valid Unicode", "write the file as UTF-8");
        else if (IsInvisible(rune))
            faults.Add(at, "", $"the line contains the invisible character U+{rune.Value:X4}", "remove it");
    }

    /// <summary>Whether a value has nothing in it that is damaged or unseen, line breaks and tabs included.</summary>
    public static bool IsPrintable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || !AppearanceTable.IsAllowedInFiles(rune.Value)) return false;
        }

        return true;
    }

    // Characters that turn the direction show a reviewer another text than the parser reads (CVE-2021-42574).
    private static bool IsInvisible(Rune rune) => rune.Value is not ('\n' or '\t') && !AppearanceTable.IsAllowedInFiles(rune.Value);
}
