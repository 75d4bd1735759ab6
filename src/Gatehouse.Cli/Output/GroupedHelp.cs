using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Gatehouse.Cli.Output;

/// <summary>
/// The help of the root: its commands by purpose, one line each. The help of every other command is the library's, where a group has one line for
/// each of its commands: their examples are in their own help.
/// </summary>
/// <param name="inner">The library's help.</param>
/// <param name="groups">The groups in order, each with its commands.</param>
internal sealed class GroupedHelp(SynchronousCommandLineAction inner, IReadOnlyList<(string Name, IReadOnlyList<Command> Commands)> groups)
    : SynchronousCommandLineAction
{
    private const int NameColumns = 14;

    /// <summary>Gives a whole command line this help.</summary>
    public static void Add(Command root, IReadOnlyList<(string Name, IReadOnlyList<Command> Commands)> groups)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new GroupedHelp((SynchronousCommandLineAction)help.Action!, groups);
        if (OperatingSystem.IsWindows()) return;
        // Elsewhere a word that begins with a slash is a path.
        foreach (var alias in help.Aliases.Where(alias => alias.StartsWith('/')).ToList()) help.Aliases.Remove(alias);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is not RootCommand root) return Show(parseResult, output);
        output.WriteLine(root.Description);
        foreach (var (name, commands) in groups)
        {
            output.WriteLine();
            output.WriteLine(name);
            foreach (var line in commands.SelectMany(one => Summary(one.Name.PadRight(NameColumns), one))) output.WriteLine(line);
        }

        output.WriteLine();
        output.WriteLine("gatehouse COMMAND --help describes a command, with examples. gatehouse --version prints the version.");
        output.WriteLine(HelpText.ExitCodes);
        return ExitCodes.Done;
    }

    // The program ends after its help, so descriptions and arguments that are hidden here are not needed again.
    private int Show(ParseResult parsed, TextWriter output)
    {
        var command = parsed.CommandResult.Command;
        // The words of a parent cannot be given together with its command.
        foreach (var argument in Parents(command).SelectMany(parent => parent.Arguments)) argument.Hidden = true;
        command.Hidden = false; // the library prints nothing about a hidden command, also where it is named
        if (command.Description is { } description) command.Description = Shown(description, hasVerbs: command.Subcommands.Any(one => !one.Hidden));
        using var text = new StringWriter { NewLine = output.NewLine };
        parsed.InvocationConfiguration.Output = text;
        var code = inner.Invoke(parsed);
        var commands = command.Subcommands.Where(one => !one.Hidden).ToList();
        output.Write(commands.Count == 0 ? text.ToString() : WithCommands(text.ToString(), commands, output.NewLine));
        if (commands.Count > 0) output.WriteLine($"{CommandRun.Name(command)} COMMAND --help describes a command, with examples.");
        return code;
    }

    private static string Shown(string description, bool hasVerbs)
    {
        var whole = hasVerbs ? description : HelpText.WithExitCodes(description);
        return Terminal.DataColumns is { } width ? HelpText.Reflowed(whole, width) : whole;
    }

    private static IEnumerable<string> Summary(string words, Command command) =>
        HelpText.Hanging("  " + words, FirstSentence(command), Terminal.DataColumns);

    private static IEnumerable<Command> Parents(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Parents(parent).Prepend(parent));

    // The library's list of commands is replaced: it shows an argument that can be left out like one that cannot.
    private static string WithCommands(string text, List<Command> commands, string newLine)
    {
        var heading = $"Commands:{newLine}";
        var start = text.IndexOf(heading, StringComparison.Ordinal) + heading.Length;
        var end = text.IndexOf(newLine + newLine, start, StringComparison.Ordinal);
        var columns = commands.Max(one => Words(one).Length) + 2;
        return text[..start] + string.Join(newLine, commands.SelectMany(one => Summary(Words(one).PadRight(columns), one))) + text[end..];
    }

    private static string Words(Command command) =>
        string.Join(' ', command.Arguments.Where(argument => !argument.Hidden).Select(Words).Prepend(command.Name));

    private static string Words(Argument argument)
    {
        var words = $"<{argument.Name}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{words}]" : words;
    }

    // A description begins with one sentence that summarizes the whole.
    private static string FirstSentence(Command command)
    {
        var text = (command.Description ?? "").ReplaceLineEndings(" ");
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }
}
