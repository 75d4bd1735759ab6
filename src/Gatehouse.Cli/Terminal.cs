using System.Text;

namespace Gatehouse.Cli;

/// <summary>Where words go: data to stdout, everything else to stderr, colour only on a terminal.</summary>
internal static class Terminal
{
    private static bool Colour => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    public static void Data(string line) => Console.Out.WriteLine(line);

    public static void Note(string line) => Console.Error.WriteLine(Visible(line));

    public static void Fault(string line) =>
        Console.Error.WriteLine(Colour ? $"\u001b[31mgatehouse:\u001b[0m {Visible(line)}" : $"gatehouse: {Visible(line)}");

    public static void Hint(string line) => Console.Error.WriteLine($"  {Visible(line)}");

    /// <summary>
    /// Outside text on a terminal: control and bidirectional characters are shown as escapes, so that no name can move
    /// the cursor or reorder a line (design rule 9). Line feeds of our own texts stay.
    /// </summary>
    public static string Visible(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var hidden = rune.Value is not '\n' && (Rune.IsControl(rune)
                || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
                    or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.Surrogate);
            if (hidden) clean.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else clean.Append(rune.ToString());
        }

        return clean.ToString();
    }
}
