using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Gatehouse.Cli.Output;

/// <summary>
/// Commands that a message proposes. A message comes from parts that do not know how the gateway was found, so the options of the command that runs
/// are added: without them the proposed command would read another configuration, or show no person.
/// </summary>
internal static partial class ProposedCommands
{
    private static readonly IReadOnlyList<string> Carried = ["--config", "--state", "--host", "--token-file"];
    private static readonly AsyncLocal<Line?> Given = new();

    /// <summary>Takes the options by which the command that runs finds its gateway, and shows its person; none when it has none.</summary>
    /// <param name="parsed">The line that runs. It may have its own command only.</param>
    /// <param name="all">Builds all commands, once a message proposes one.</param>
    public static void Use(ParseResult parsed, Func<Command> all)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var options = parsed.CommandResult.Command.Options.Where(static option => Carried.Contains(option.Name))
            .Select(option => (option.Name, Result: parsed.GetResult(option)))
            .Where(static one => one.Result is { Implicit: false, Tokens.Count: <= 1 })
            .Select(static one => (one.Name, Text: string.Join("", one.Result!.Tokens.Select(static token => " " + Quoted(token.Value)))))
            .ToList();
        Given.Value = options.Count == 0 ? null : new Line(new Lazy<Command>(all), options);
    }

    /// <summary>Returns the text with the options behind each command that takes them.</summary>
    public static string Complete(string text) =>
        Given.Value is { } line ? Proposed().Replace(text, match => match.Value + OptionsFor(match.Value, line)) : text;

    private static string OptionsFor(string proposed, Line line)
    {
        var command = line.All.Value;
        foreach (var word in proposed.Split(' ').Skip(1))
        {
            if (command.Subcommands.FirstOrDefault(one => one.Name == word) is not { } next) break;
            command = next;
        }

        // A command for another person names a file of that person already.
        return string.Concat(line.Options.Where(option => command.Options.Any(one => one.Name == option.Name)
                && !proposed.Contains($" {option.Name} ", StringComparison.Ordinal))
            .Select(static option => $" {option.Name}{option.Text}"));
    }

    private static string Quoted(string path) =>
        PlainPath().IsMatch(path) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // The name of a secret and an id are taken whole, so that nothing is put into the middle of one.
    [GeneratedRegex("gatehouse (?>serve|reload|status|config check|config history|doctor identity|session list|contain list|lock approve --gateway"
        + "|release ctn-[a-z0-9]+( --reason TEXT)?|(approval|access|quarantine) list( --all)?|quarantine cases"
        + "|(approval|access|quarantine) show( [a-z]{3}-[a-z0-9]+( --token-file FILE)?)?"
        + "|audit search --text [a-z]{3}-[a-z0-9]+ --purpose TEXT|secret list|secret set [A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)"
        + "(?![A-Za-z0-9-]| --(config|host))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Proposed();

    [GeneratedRegex(@"^[A-Za-z0-9._/~+=:@,-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();

    private sealed record Line(Lazy<Command> All, IReadOnlyList<(string Name, string Text)> Options);
}
