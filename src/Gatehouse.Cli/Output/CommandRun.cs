using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Gatehouse.Text;

namespace Gatehouse.Cli.Output;

/// <summary>One run of a command line: the command itself, or the report of what is wrong with the line.</summary>
internal static partial class CommandRun
{
    /// <summary>
    /// The longest time from SIGTERM or Ctrl+C to the end of a command that does not stay. A command that is cancelled ends in order within
    /// milliseconds, except on a busy machine.
    /// </summary>
    public static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    // A word is data, also one that begins with "@": the library would read a file of that name and take its lines as words.
    private static readonly ParserConfiguration Words = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs a command line and returns the exit code.</summary>
    /// <param name="root">The command that all others belong to. It may have only the one that the words name.</param>
    /// <param name="words">The words of the command line.</param>
    /// <param name="rootOf">Builds the root of the commands that begin with a word, for messages that propose one.</param>
    public static async Task<int> RunAsync(Command root, IReadOnlyList<string> words, Func<string, Command> rootOf)
    {
        var parsed = root.Parse(ForCompletion(words), Words);
        if (WithoutHelp(root, words) is { } unknown) return Report(unknown);
        if (parsed.Action is ParseErrorAction) return IsUnfinished(parsed) ? ShowHelp(root, words) : Report(parsed);
        if (parsed.Action is not HelpAction
            && (Misplaced(parsed) is not null || Dashed(parsed).Count > 0 || Empty(parsed).Count > 0 || EmptyWords(parsed).Any()))
            return Report(parsed);
        ProposedCommands.Use(parsed, rootOf);
        var code = await InvokeAsync(parsed).ConfigureAwait(false);

        // The library ends with 1 for a wrong command line, which here means that the answer is no.
        return code != ExitCodes.Done && parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
    }

    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            var run = new InvocationConfiguration
            {
                Error = Terminal.LibraryErrors,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // the signals are taken here
            };
            // What runs to its end without a wait cannot be cancelled. The signal ends the process.
            if (parsed.Action is not AsynchronousCommandLineAction) return await parsed.InvokeAsync(run).ConfigureAwait(false);
            using var signals = new TerminationSignals(isStaying: parsed.CommandResult.Command is StayingCommand);
            return await signals.RunAsync(ending => parsed.InvokeAsync(run, ending)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.No;
        }
        catch (OutputFailedException fault)
        {
            Terminal.Fault(fault.Message);
            Terminal.Hint("the command may have done its act already; write the output to a place with room, and look at the state first");
            return ExitCodes.Unavailable;
        }
        catch (Exception fault)
        {
            await Terminal.LibraryErrors.WriteLineAsync($"Unhandled exception: {fault}").ConfigureAwait(false);
            return ExitCodes.No;
        }
    }

    /// <summary>Returns the words of a command, as they are typed.</summary>
    public static string Name(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Name(parent)} {command.Name}" : command.Name;

    // The help of a group for a command that it does not have: a script, and a person, would take it for an answer. Null where the command is known.
    private static ParseResult? WithoutHelp(Command root, IReadOnlyList<string> words)
    {
        if (!words.Any(IsHelp)) return null;
        var parsed = root.Parse([.. ForCompletion(words).Where(static word => !IsHelp(word))], Words);
        return IsGroup(parsed.CommandResult.Command) && parsed.UnmatchedTokens.Any(static word => !word.StartsWith('-')) ? parsed : null;
    }

    private static bool IsHelp(string word) => word is "--help" or "-h" or "-?";

    // A group of commands without a word behind it: a person who wants to see what there is.
    private static bool IsUnfinished(ParseResult parsed) => IsGroup(parsed.CommandResult.Command) && parsed.UnmatchedTokens.Count == 0
        && parsed.Errors.Count == 1;

    // To stderr: nothing was done, and a script that reads stdout gets nothing that looks like data.
    private static int ShowHelp(Command root, IReadOnlyList<string> words)
    {
        _ = root.Parse([.. words, "--help"], Words).Invoke(new InvocationConfiguration { Output = Terminal.HelpBeside });
        return ExitCodes.Usage;
    }

    private static int Report(ParseResult parsed)
    {
        foreach (var fault in Faults(parsed).Distinct()) Terminal.Fault(fault);
        Terminal.Hint($"see: {Name(parsed.CommandResult.Command)} --help");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Faults(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        IReadOnlyList<string> unknown = [.. parsed.UnmatchedTokens, .. Dashed(parsed)];
        var values = ValuesOfUnknown(parsed);
        foreach (var word in unknown.Where((_, at) => !values.Contains(at))) yield return Unknown(command, word);
        if (Misplaced(parsed) is { } fault) yield return fault;
        var empty = Empty(parsed);
        foreach (var option in empty) yield return $"the value of {option.Option.Name} is empty; give a value, or leave the option out";
        foreach (var argument in EmptyWords(parsed)) yield return $"the argument <{argument.Name}> is empty; give a value, or leave it out";
        var missing = command.Arguments
            .Where(one => one.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(one) is not { Tokens.Count: > 0 }).ToList();
        if (missing.Count > 0 && unknown.Count == 0) yield return Missing(missing);
        foreach (var error in parsed.Errors)
        {
            if (error.SymbolResult is OptionResult of && empty.Contains(of)) continue;
            if (error.SymbolResult is ArgumentResult { Tokens.Count: 0 } absent && missing.Contains(absent.Argument)) continue;
            // The library reports each unknown word too, and for a group also that its command is missing.
            if (unknown.Any(word => IsGroup(command) || error.Message.Contains($"'{word}'", StringComparison.Ordinal))) continue;
            yield return Plain(error);
        }
    }

    // A word behind an unknown option is its value, and the fault is that of the option. The positions are those in the unmatched words: the same
    // word can come again, and is a fault of its own there.
    private static HashSet<int> ValuesOfUnknown(ParseResult parsed)
    {
        var unmatched = parsed.UnmatchedTokens;
        var neighbours = parsed.Tokens.Zip(parsed.Tokens.Skip(1)).Select(static pair => (pair.First.Value, pair.Second.Value)).ToHashSet();
        return [.. Enumerable.Range(1, Math.Max(0, unmatched.Count - 1)).Where(at => unmatched[at - 1] is ['-', _, ..]
            && !unmatched[at].StartsWith('-') && neighbours.Contains((unmatched[at - 1], unmatched[at])))];
    }

    // The library puts lists on lines of their own.
    private static string Plain(ParseError error)
    {
        var words = string.Join(' ', error.Message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return $"{char.ToLowerInvariant(words[0])}{words[1..].TrimEnd('.')}";
    }

    // Threat: an option with a mistake in it, such as --dry-rum, is taken as a further word, and the command does what it was asked not to do.
    // Words behind '--' may begin with a dash.
    private static List<string> Dashed(ParseResult parsed)
    {
        var before = parsed.Tokens.TakeWhile(static token => token.Type != TokenType.DoubleDash).ToHashSet(ReferenceEqualityComparer.Instance);
        var found = new List<string>();
        for (var command = parsed.CommandResult.Command; command is not null; command = command.Parents.OfType<Command>().FirstOrDefault())
        {
            found.AddRange(command.Arguments.Where(static one => one is not WordsAndCommand && !one.Hidden)
                .SelectMany(one => parsed.GetResult(one)?.Tokens ?? [])
                .Where(token => before.Contains(token) && token.Value is ['-', _, ..]).Select(static token => token.Value));
        }

        return found;
    }

    // A script often passes a variable that is not set. A question about a tool without a name would get an answer that looks like one about a tool.
    // The acts check what people write for others to read, and say what it is for.
    private static List<OptionResult> Empty(ParseResult parsed)
    {
        string[] explained = ["--operator", "--purpose", "--reason"];
        var found = new List<OptionResult>();
        for (var command = parsed.CommandResult.Command; command is not null; command = command.Parents.OfType<Command>().FirstOrDefault())
        {
            found.AddRange(command.Options.Select(parsed.GetResult).OfType<OptionResult>()
                .Where(one => !explained.Contains(one.Option.Name) && one.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value))));
        }

        return found;
    }

    // The words of a server's command may be empty.
    private static IEnumerable<Argument> EmptyWords(ParseResult parsed) => parsed.CommandResult.Command.Arguments.Where(one =>
        one is not WordsAndCommand && !one.Hidden
        && parsed.GetResult(one)?.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value)) == true);

    // A word that the library put among the words of a server's command, because it knows no other place for it.
    private static string? Misplaced(ParseResult parsed)
    {
        for (var command = parsed.CommandResult.Command; command is not null; command = command.Parents.OfType<Command>().FirstOrDefault())
        {
            if (command.Arguments.OfType<WordsAndCommand>().Select(one => one.Unknown(parsed, command)).FirstOrDefault() is not { } word) continue;
            return word.StartsWith('-') || WordsAndCommand.Command(parsed).Length == 0
                ? Unknown(command, word) : $"'{word}' before '--' has no meaning here";
        }

        return null;
    }

    private static string Missing(List<Argument> missing)
    {
        var names = string.Join(" and ", missing.Select(one => $"<{one.Name}>"));
        if (missing.Count > 1) return $"the arguments {names} are missing";
        var words = missing[0].GetCompletions(CompletionContext.Empty).Select(one => one.Label).ToList();
        return $"the argument {names} is missing{(words.Count > 0 ? $"; give one of {string.Join(", ", words)}" : "")}";
    }

    private static string Unknown(Command command, string word)
    {
        var isOption = word.StartsWith('-');
        if (!isOption && command.Subcommands.Count == 0) return $"unexpected argument '{word}'";
        List<string> known = [.. isOption ? Options(command) : command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name)];
        if (isOption && known.Contains(word)) return $"option '{word}' belongs behind its command: {Name(command)} {word}";
        return $"unknown {(isOption ? "option" : "command")} '{word}'{DidYouMean.Of(word, known)}";
    }

    private static IEnumerable<string> Options(Command command) => command.Options
        .Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive))
        .Select(option => option.Name);

    // The library fails at an option and its word in one, such as --fail-on=m. With a space, at the same place in the line, it completes the word.
    private static IReadOnlyList<string> ForCompletion(IReadOnlyList<string> words) =>
        words is [var directive, var line] && directive.StartsWith("[suggest", StringComparison.Ordinal)
            ? [directive, OptionWithItsWord().Replace(line, "$1 ")] : words;

    [GeneratedRegex(@"(?<=\s)(--[a-z-]+)=", RegexOptions.CultureInvariant)]
    private static partial Regex OptionWithItsWord();

    private static bool IsGroup(Command command) => command.Action is null && command.Subcommands.Count > 0;
}
