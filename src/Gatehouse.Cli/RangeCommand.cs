using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli;

/// <summary>
/// <c>gatehouse range</c>: starts <c>gatehouse-range</c>, which holds the attacks and is no part of this program. The verb is carried
/// out before the tree of commands is built; here it is for the list of verbs.
/// </summary>
internal static class RangeCommand
{
    public static Command Create()
    {
        var command = new Command("range",
            "Run attacks against servers, with and without the gateway in front (with the program gatehouse-range in the same folder).");
        command.SetAction((_, _) => RunAsync([]));
        return command;
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
            Terminal.Hint("in a checkout ./gatehouse builds it; elsewhere put gatehouse-range of the same version into the folder of gatehouse");
            return ExitCodes.Unavailable;
        }

        return await program.RunAsync(arguments).ConfigureAwait(false);
    }
}
