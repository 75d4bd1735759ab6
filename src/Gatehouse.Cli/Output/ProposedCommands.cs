using System.Collections.Concurrent;
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
    private static readonly IReadOnlyList<string> Carried = ["--config", "--dev", "--state", "--host", "--token-file", "--lock", "--path"];

    // A proposed command that reads another place than the one of the command that runs.
    private static readonly IReadOnlyList<string> Elsewhere = [" --host", " --log ", " --listing ", " --help"];
    private static readonly AsyncLocal<Line?> Given = new();

    /// <summary>Takes the options by which the command that runs finds its gateway, and shows its person; none when it has none.</summary>
    /// <param name="parsed">The line that runs. It may have its own command only.</param>
    /// <param name="rootOf">Builds the root of the commands that begin with a word, once a message proposes one.</param>
    public static void Use(ParseResult parsed, Func<string, Command> rootOf)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var options = parsed.CommandResult.Command.Options.Where(static option => Carried.Contains(option.Name))
            .Select(option => (option.Name, Result: parsed.GetResult(option)))
            .Where(static one => one.Result is { Implicit: false, Tokens.Count: <= 1 })
            .Select(static one => (one.Name, Text: string.Join("", one.Result!.Tokens.Select(static token => " " + Quoted(token.Value)))))
            .ToList();
        Given.Value = options.Count == 0 ? null : new Line(rootOf, options);
    }

    /// <summary>Returns the text with the options behind each command that takes them.</summary>
    public static string Complete(string text) => Completer()(text);

    /// <summary>Returns <see cref="Complete(string)"/> for lines that are written later, also by work that does not belong to the command.</summary>
    public static Func<string, string> Completer() => Given.Value is { } line ? text => Complete(text, line) : static text => text;

    private static string Complete(string text, Line line) => Proposed().Replace(text, match => Complete(match, text, line));

    private static string Complete(Match match, string text, Line line)
    {
        if (match.Groups["known"].Success) return match.Value + OptionsFor(match.Value, line, "");
        var words = match.Value.Split(' ');
        var command = line.RootOf(words[1]);
        var at = 1;
        for (; at < words.Length && command.Subcommands.FirstOrDefault(one => one.Name == words[at]) is { } next; at++) command = next;
        if (at == 1) return match.Value;
        var named = string.Join(' ', words[..at]);
        return named + OptionsFor(named, line, RestOf(text, match.Index + named.Length)) + match.Value[named.Length..];
    }

    // The words behind a command, as far as they can be a part of it.
    private static string RestOf(string text, int from)
    {
        var end = text.AsSpan(from).IndexOfAny("';,\n");
        return end < 0 ? text[from..] : text.Substring(from, end);
    }

    private static string OptionsFor(string proposed, Line line, string rest)
    {
        if (Elsewhere.Any(option => rest.Contains(option, StringComparison.Ordinal))) return "";
        var words = proposed.Split(' ');
        var command = line.RootOf(words[1]);
        foreach (var word in words.Skip(1))
        {
            if (command.Subcommands.FirstOrDefault(one => one.Name == word) is not { } next) break;
            command = next;
        }

        // A command for another person names a file of that person already.
        return string.Concat(line.Options.Where(option => command.Options.Any(one => one.Name == option.Name) && IsNeeded(option.Name, proposed)
                && !$"{proposed}{rest} ".Contains($" {option.Name} ", StringComparison.Ordinal))
            .Select(static option => $" {option.Name}{option.Text}"));
    }

    // A running gateway reads no lock file of the command.
    private static bool IsNeeded(string option, string proposed) =>
        option is not ("--lock" or "--path") || !proposed.EndsWith("--gateway", StringComparison.Ordinal);

    private static string Quoted(string path) =>
        PlainPath().IsMatch(path) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // Behind the known ones the options are last. The name of a secret and an id are taken whole, so that nothing is put into the middle of one.
    // Behind the words of any other command they come before its arguments.
    [GeneratedRegex("(?<known>gatehouse (?>serve|reload|status|config check|config history|doctor identity|session list|contain list"
        + "|lock approve --gateway|store acknowledge|release ctn-[a-z0-9]+( --reason TEXT)?|(approval|access|quarantine) list( --all)?|quarantine cases"
        + "|(approval|access|quarantine) show( [a-z]{3}-[a-z0-9]+( --token-file FILE)?)?"
        + "|audit search --text [a-z]{3}-[a-z0-9]+ --purpose TEXT|secret list|secret set [A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)"
        + "(?![A-Za-z0-9-]| --(config|host)))|(?<=^|[\\s'(])gatehouse( [a-z]+(-[a-z]+)*)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Proposed();

    [GeneratedRegex(@"^[A-Za-z0-9._/~+=:@,-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();

    private sealed class Line(Func<string, Command> build, IReadOnlyList<(string Name, string Text)> options)
    {
        private readonly ConcurrentDictionary<string, Command> roots = new(StringComparer.Ordinal);

        public IReadOnlyList<(string Name, string Text)> Options => options;

        // Only words that begin a command are kept: a line of a log may have any word.
        public Command RootOf(string word)
        {
            if (roots.TryGetValue(word, out var known)) return known;
            var root = build(word);
            return root.Subcommands.Any(one => one.Name == word) ? roots.GetOrAdd(word, root) : root;
        }
    }
}
