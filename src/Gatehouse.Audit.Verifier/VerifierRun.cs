using System.CommandLine;
using System.CommandLine.Invocation;

namespace Gatehouse.Audit.Verifier;

/// <summary>One run of <c>gatehouse-verify</c>: the command itself, or the report of what is wrong with the command line.</summary>
internal static class VerifierRun
{
    private const int Usage = 2;

    // Options of 'gatehouse audit verify' that name the folder, which is an argument here.
    private static readonly string[] OptionsOfFolder = ["--log", "--state", "--config"];
    private static readonly string[] CommandsOfGateway = ["prove", "export"];

    // A word is data, also one that begins with "@": the library would read a file of that name and take its lines as words.
    private static readonly ParserConfiguration Words = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs a command line and returns the exit code.</summary>
    /// <param name="words">The words of the command line.</param>
    /// <param name="shown">The output.</param>
    public static async Task<int> RunAsync(string[] words, IShown shown)
    {
        var root = VerifierCommand.Create(shown);
        // The list of commands shows the sentence that summarizes each, and not its whole help.
        if (words.Length == 0 || words[0].StartsWith('-'))
            foreach (var command in root.Subcommands) command.Description = FirstSentence(command.Description!);
        var parsed = root.Parse(words, Words);
        if (parsed.Action is null or not System.CommandLine.Help.HelpAction && words.Length > 0 && Fault(parsed, words) is { } fault)
        {
            shown.Fault(fault.What, fault.Remedy);
            return Usage;
        }

        var code = await parsed.InvokeAsync().ConfigureAwait(false);

        // The library ends with 1 for a wrong command line, which here means that the answer is no.
        return parsed.Errors.Count > 0 ? Usage : code;
    }

    private static string FirstSentence(string text) => text[..(text.IndexOf(". ", StringComparison.Ordinal) + 1)];

    // The library takes an option that it does not know for an argument, and prints the whole help with its faults.
    private static (string What, string Remedy)? Fault(ParseResult parsed, string[] words)
    {
        var command = parsed.CommandResult.Command;
        var name = command is RootCommand ? "gatehouse-verify" : $"gatehouse-verify {command.Name}";
        var see = $"see: {name} --help";
        if (command is RootCommand && !words[0].StartsWith('-'))
        {
            return CommandsOfGateway.Contains(words[0], StringComparer.Ordinal)
                ? ($"'{words[0]}' is a command of 'gatehouse audit' only: it reads the log of a gateway", see) : ($"unknown command '{words[0]}'", see);
        }

        var known = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive))
            .SelectMany(option => option.Aliases.Append(option.Name)).ToHashSet(StringComparer.Ordinal);
        var unknown = words.Select(word => word.Split('=')[0]).FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2
            && !known.Contains(word));
        if (unknown is not null)
        {
            return (OptionsOfFolder.Contains(unknown, StringComparer.Ordinal) && command.Name == "verify"
                ? ($"unknown option '{unknown}': the folder of the log is an argument here", "write: gatehouse-verify verify FOLDER")
                : ($"unknown option '{unknown}'", see));
        }

        return parsed.Errors.Count == 0 ? null : ($"{char.ToLowerInvariant(parsed.Errors[0].Message[0])}{parsed.Errors[0].Message[1..].TrimEnd('.')}", see);
    }
}
