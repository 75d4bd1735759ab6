using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Integrity.Origins;

/// <summary>A command and its arguments that a person wrote as one text, in words as a POSIX shell splits it.</summary>
/// <param name="Words">The words; the first is the program.</param>
/// <param name="Commands">The words of each command, where operators of a shell join several; otherwise one.</param>
internal sealed partial record WrittenCommandLine(IReadOnlyList<string> Words, IReadOnlyList<IReadOnlyList<string>> Commands)
{
    private const string Operators = "|&;<>()`";

    /// <summary>True when only a shell could run the text: it has operators or substitutions.</summary>
    public bool NeedsShell { get; private init; }

    /// <summary>Returns the words of a text in the place of a program; null where the text is the name of a program.</summary>
    /// <param name="command">The text.</param>
    public static WrittenCommandLine? InPlaceOfProgram(string command)
    {
        var text = command.Trim();
        if (!text.Any(char.IsWhiteSpace) || (Path.IsPathFullyQualified(command) && File.Exists(command))) return null;
        // Folders of Windows often have a space in their names.
        if (WindowsPath().IsMatch(text))
        {
            var program = WindowsProgram().Match(text);
            if (!program.Success || program.Length == text.Length) return null;
            var rest = Split(text[program.Length..]);
            return rest with { Words = [program.Value, .. rest.Words], Commands = [[program.Value, .. rest.Words]] };
        }

        // So have some of other systems, where nothing else in the text is an argument.
        if (text[0] is '/' or '~' && !File.Exists(text.Split(' ', '\t')[0]) && !Argument().IsMatch(text)) return null;
        // A shell takes assignments in front of a program as its variables, as env does.
        var line = Split(text);
        if (Assignment().IsMatch(text)) return line with { Words = ["env", .. line.Words] };
        return line.Words.Count > 1 ? line : null;
    }

    /// <summary>Returns the words of a text that a shell runs.</summary>
    /// <param name="text">The text.</param>
    public static WrittenCommandLine Split(string text)
    {
        List<string> words = [];
        List<List<string>> commands = [[]];
        var word = new StringBuilder();
        var (quote, isWord, needsShell) = ('\0', false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var one = text[i];
            // A path of Windows keeps its backslashes.
            if (one == '\\' && quote != '\'' && i + 1 < text.Length && !char.IsLetterOrDigit(text[i + 1]) && text[i + 1] != '.')
            {
                (isWord, one) = (true, text[++i]);
                word.Append(one);
                continue;
            }

            needsShell |= quote != '\'' && (one == '`' || (one == '$' && i + 1 < text.Length && text[i + 1] == '('));
            if (quote != '\0' ? one == quote : one is '"' or '\'')
            {
                (quote, isWord) = (quote == '\0' ? one : '\0', true);
                continue;
            }

            var isOperator = quote == '\0' && Operators.Contains(one, StringComparison.Ordinal);
            needsShell |= isOperator;
            if (quote == '\0' && (char.IsWhiteSpace(one) || one is '|' or '&' or ';')) End();
            if (quote == '\0' && one is '|' or '&' or ';') commands.Add([]);
            if (quote == '\0' && char.IsWhiteSpace(one)) continue;
            word.Append(one);
            isWord = true;
            if (quote == '\0' && one is '|' or '&' or ';') EndOperator();
        }

        End();
        return new(words, [.. commands.Where(command => command.Count > 0)]) { NeedsShell = needsShell };

        void End()
        {
            if (!isWord) return;
            words.Add(word.ToString());
            commands[^1].Add(word.ToString());
            word.Clear();
            isWord = false;
        }

        void EndOperator()
        {
            words.Add(word.ToString());
            word.Clear();
            isWord = false;
        }
    }

    [GeneratedRegex(@"^(?:[A-Za-z]:[\\/]|\\\\).*?\.(?:exe|com|cmd|bat|ps1)(?=\s|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WindowsProgram();

    [GeneratedRegex("""\s(?:[-"'/~.@$|&;<>]|\S*(?:=|://))""", RegexOptions.CultureInvariant)]
    private static partial Regex Argument();

    [GeneratedRegex(@"^(?:[A-Za-z]:[\\/]|\\\\)", RegexOptions.CultureInvariant)]
    private static partial Regex WindowsPath();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
