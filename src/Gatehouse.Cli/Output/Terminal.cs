using Gatehouse.Text;

namespace Gatehouse.Cli.Output;

/// <summary>The output of words: data to stdout, everything else to stderr, colour only on a terminal.</summary>
internal static class Terminal
{
    private const int UsualRows = 24;

    private static bool Colour => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    /// <summary>True when data goes to a terminal that shows colours.</summary>
    public static bool IsColoured => ColourData;

    private static bool ColourData => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    /// <summary>True when stderr is a terminal on which a line can be drawn again.</summary>
    public static bool CanRedraw => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>True when data goes to a terminal on which a screen can be drawn again.</summary>
    public static bool CanRedrawData => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Rows of the terminal that gets data; 24 where they are not known.</summary>
    public static int DataRows
    {
        get
        {
            try
            {
                return Console.WindowHeight is > 0 and var rows ? rows : UsualRows;
            }
            catch (IOException)
            {
                return UsualRows;
            }
        }
    }

    /// <summary>Columns of the terminal that gets data; null where data goes to a file or program.</summary>
    public static int? DataColumns => Console.IsOutputRedirected ? null : WindowColumns();

    /// <summary>Columns of the terminal that gets remarks; null where they go to a file or program.</summary>
    public static int? NoteColumns => Console.IsErrorRedirected ? null : WindowColumns();

    /// <summary>Writes a part of a line on stderr with control sequences of our own. Outside text in it was escaped where it was put in.</summary>
    public static void Redraw(string text) => Console.Error.Write(text);

    /// <summary>Formats a heading among data.</summary>
    public static string Emphasis(string text) => Coloured(text, "1");

    /// <summary>Formats a good state. The words show it too: colour is never the only sign.</summary>
    public static string Good(string text) => Coloured(text, "32");

    /// <summary>Formats a bad state.</summary>
    public static string Bad(string text) => Coloured(text, "31");

    /// <summary>Writes data of our own, in a form that is safe in itself, such as JSON, or with outside text escaped where it was put in.</summary>
    public static void Data(string text) => Put(text + Environment.NewLine);

    /// <summary>Writes one line of data that may hold outside text, not escaped before: it stays one line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="style">The function that colours it after it was escaped, such as <see cref="Good"/>.</param>
    public static void Row(string line, Func<string, string>? style = null)
    {
        var shown = VisibleText.Escape(line);
        Put((style is null ? shown : style(shown)) + Environment.NewLine);
    }

    /// <summary>Writes a text of several lines in which outside text was escaped where it was put together, such as the plan of an edit.</summary>
    /// <param name="text">The text.</param>
    /// <param name="beside">True for stderr, because stdout is for data.</param>
    public static void Screen(string text, bool beside)
    {
        if (beside) Console.Error.Write(text);
        else Put(text);
    }

    /// <summary>Writes lines of data in which outside text was escaped where they were put together, such as a comparison of definitions.</summary>
    public static void Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines) Put(line + Environment.NewLine);
    }

    /// <summary>
    /// Writes a remark that may have several lines of our own. Outside text in it was escaped where it was put in, and the rest is guarded.
    /// </summary>
    public static void Note(string text) => Console.Error.WriteLine(VisibleText.GuardLines(text));

    /// <summary>Writes a remark that may hold outside text, not escaped before: it stays one line.</summary>
    public static void NoteLine(string line) => Console.Error.WriteLine(VisibleText.Escape(line));

    /// <summary>
    /// Writes the fault, in one line that may hold outside text, not escaped before. A command in it gets the option of <see cref="ProposedCommands"/>.
    /// </summary>
    public static void Fault(string line)
    {
        var shown = VisibleText.Escape(ProposedCommands.Complete(line));
        Console.Error.WriteLine(Colour ? $"\u001b[31mgatehouse:\u001b[0m {shown}" : $"gatehouse: {shown}");
    }

    /// <summary>The writer for messages of the library for command lines: stderr, with the typed words escaped.</summary>
    public static TextWriter LibraryErrors => new VisibleWriter(Console.Error);

    /// <summary>The writer for a help text that was not requested, which is no data: stderr.</summary>
    public static TextWriter HelpBeside => Console.Error;

    /// <summary>
    /// Writes the remedy, in one line that may hold outside text, not escaped before. A command in it gets the option of <see cref="ProposedCommands"/>.
    /// </summary>
    public static void Hint(string line) => Console.Error.WriteLine($"  {VisibleText.Escape(ProposedCommands.Complete(line))}");

    private static int? WindowColumns()
    {
        try
        {
            return Console.WindowWidth is > 0 and var columns ? columns : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Put(string text)
    {
        try
        {
            Console.Out.Write(text);
        }
        catch (IOException fault)
        {
            throw new OutputFailedException($"the output cannot be written: {fault.Message}", fault);
        }
    }

    private static string Coloured(string text, string code) => ColourData ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
