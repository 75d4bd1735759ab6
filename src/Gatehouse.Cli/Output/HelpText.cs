using System.Text;

namespace Gatehouse.Cli.Output;

/// <summary>Texts of help in a terminal of any width: sentences break where it ends, and examples can be copied.</summary>
internal static class HelpText
{
    /// <summary>The exit codes of every command, for help that names none of its own.</summary>
    public const string ExitCodes = "Exit codes: 0 done, 1 the answer is no, 2 wrong command line or configuration, 3 something needed is missing.";

    private const string Continued = " \\";
    private const int Margin = 4; // of the library around a description

    /// <summary>Returns a description with the exit codes of every command, where it names none.</summary>
    public static string WithExitCodes(string description) =>
        description.Contains("exit code", StringComparison.OrdinalIgnoreCase) ? description : $"{description}{Environment.NewLine}{Environment.NewLine}{ExitCodes}";

    /// <summary>
    /// Returns a description for a terminal. The lines of a paragraph are joined, because the library breaks them where the terminal ends. An example
    /// that is too long continues after a backslash, as a shell reads it.
    /// </summary>
    /// <param name="description">The description, with lines as wide as its author wrote them.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static string Reflowed(string description, int width)
    {
        List<string> lines = [];
        var isParagraph = false;
        foreach (var line in description.Split('\n').Select(static one => one.TrimEnd()))
        {
            var isText = line.Length > 0 && line[0] != ' ' && !line.EndsWith(':');
            if (isText && isParagraph) lines[^1] += ' ' + line;
            else if (line.StartsWith(' ')) lines.AddRange(Example(line, width - Margin));
            else lines.Add(line);
            isParagraph = isText;
        }

        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>Returns a summary behind the words of a command, with further lines under its first one.</summary>
    /// <param name="words">The words, with spaces up to the summary.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="width">Columns of the terminal; null for one line.</param>
    /// <param name="indent">Columns before further lines; null for those of the words.</param>
    public static IEnumerable<string> Hanging(string words, string summary, int? width, int? indent = null)
    {
        var (line, isEmpty) = (new StringBuilder(words), true);
        foreach (var word in summary.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                (line, isEmpty) = (new StringBuilder().Append(' ', indent ?? words.Length), true);
            }

            line.Append(isEmpty ? "" : " ").Append(word);
            isEmpty = false;
        }

        yield return line.ToString();
    }

    // It breaks before an option only: a value stays beside its option. No example has a dash behind a space in quoted words.
    private static IEnumerable<string> Example(string line, int width)
    {
        var indent = new string(' ', line.Length - line.TrimStart().Length);
        var (built, begin) = ("", indent);
        foreach (var part in line.TrimStart().Split(" -").Select(static (part, at) => at == 0 ? part : "-" + part))
        {
            if (built.Length > 0 && built.Length + 1 + part.Length + Continued.Length > width)
            {
                yield return built + Continued;
                (built, begin) = ("", indent + "  ");
            }

            built += built.Length == 0 ? begin + part : " " + part;
        }

        yield return built;
    }
}
