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
            foreach (var command in commands) output.WriteLine($"  {command.Name.PadRight(NameColumns)}{FirstSentence(command)}");
        }

        output.WriteLine();
        output.WriteLine("gatehouse COMMAND --help describes a command, with examples. gatehouse --version prints the version.");
        output.WriteLine("Exit codes: 0 done, 1 the answer is no, 2 wrong command line or configuration, 3 something needed is missing.");
        return ExitCodes.Done;
    }

    // The program ends after its help, so the descriptions are not needed again.
    private int Show(ParseResult parsed, TextWriter output)
    {
        var command = parsed.CommandResult.Command;
        foreach (var one in command.Subcommands) one.Description = FirstSentence(one);
        var code = inner.Invoke(parsed);
        if (command.Subcommands.Any(one => !one.Hidden)) output.WriteLine($"{CommandRun.Name(command)} COMMAND --help describes a command, with examples.");
        return code;
    }

    // A description begins with one sentence that summarizes the whole.
    private static string FirstSentence(Command command)
    {
        var text = (command.Description ?? "").ReplaceLineEndings(" ");
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }
}
