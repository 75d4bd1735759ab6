using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli;

/// <summary>
/// <c>gatehouse range</c>: starts <c>gatehouse-range</c>, which holds the attacks and is no part of this program. The verb is carried
/// out before the tree of commands is built; here it is for the list of verbs.
/// </summary>
internal static class RangeCommand
{
    /// <summary>Makes the command. Its verbs and options are those of the other program, for completion.</summary>
    public static Command Create()
    {
        var command = new Command("range",
            "Run attacks against servers, with and without the gateway in front (with the program gatehouse-range in the same folder).")
        {
            Verb("list", "List the exercises.", CommonOptions.Json()),
            Verb("run", "Run the exercises.", new Option<string[]>("--only") { Description = "Only this exercise. Can be repeated.", HelpName = "id" },
                new Option<string?>("--peers") { Description = "Folder whose node_modules contains the third-party MCP servers.", HelpName = "folder" },
                CommonOptions.Json()),
        };
        command.SetAction((_, _) => RunAsync([]));
        return command;
    }

    private static Command Verb(string name, string description, params ReadOnlySpan<Option> options)
    {
        var verb = new Command(name, description);
        foreach (var option in options) verb.Add(option);
        verb.SetAction((parsed, _) => RunAsync([.. parsed.Tokens.Skip(1).Select(token => token.Value)]));
        return verb;
    }

    /// <summary>Becomes the program, or starts it and waits for its end.</summary>
    /// <param name="arguments">All that is for the program.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var program = BesideProgram.Of("gatehouse-range");
        if (program.Weakness() is { } weakness)
        {
            Terminal.Fault($"the attack range cannot be started: {program.Path}: {weakness}");
            Terminal.Hint("it is a separate program, which has to be in the folder of this program");
            Terminal.Hint("in a checkout ./gatehouse builds it; the packages do not have it");
            return ExitCodes.Unavailable;
        }

        return await program.RunAsync(arguments).ConfigureAwait(false);
    }
}
