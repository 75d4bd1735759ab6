using System.Text;

namespace Gatehouse.Cli;

/// <summary>Where words go: data to stdout, everything else to stderr, colour only on a terminal.</summary>
internal static class Terminal
{
    private static bool Colour => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    /// <summary>Whether data goes to a terminal that shows colours.</summary>
    public static bool IsColoured => ColourData;

    private static bool ColourData => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    /// <summary>A heading among data.</summary>
    public static string Emphasis(string text) => Coloured(text, "1");

    /// <summary>What is as it must be. The words say it too: nothing is told by colour alone.</summary>
    public static string Good(string text) => Coloured(text, "32");

    /// <summary>What is not as it must be.</summary>
    public static string Bad(string text) => Coloured(text, "31");

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

    private static string Coloured(string text, string code) => ColourData ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
