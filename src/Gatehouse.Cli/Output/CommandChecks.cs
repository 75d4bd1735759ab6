using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gatehouse.Cli.Output;

/// <summary>Checks of a command line that look at several options.</summary>
internal static class CommandChecks
{
    /// <summary>Adds a check, which may ask for the values of all options of the command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="check">The check.</param>
    public static void Check(this Command command, Action<CommandResult> check) => command.Validators.Add(result =>
    {
        try
        {
            check(result);
        }
        catch (InvalidOperationException fault)
        {
            // The library throws where the value of an option is asked for that has too few or too many words, or a word that is none of its type.
            // It reports that fault too, in the same words.
            result.AddError(fault.Message);
        }
    });
}
