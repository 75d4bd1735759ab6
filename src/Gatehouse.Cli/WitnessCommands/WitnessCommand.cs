using System.CommandLine;
using Gatehouse.Audit.Witness;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.WitnessCommands;

/// <summary><c>gatehouse witness init|add|show|serve</c>.</summary>
internal static class WitnessCommand
{
    public static Command Create() => new("witness",
        """
        Run a witness of audit logs: it cosigns only checkpoints that are consistent with those that it cosigned before (C2SP
        tlog-witness). With its cosignature, the operator of a gateway cannot show a rewritten log, or another log to others.

        A witness proves something only if another person or organization runs it, on a machine where the operator of the gateway
        cannot write. A witness on the operator's own machine proves nothing.
        """)
    { WitnessInitCommand.Create(), WitnessAddCommand.Create(), WitnessShowCommand.Create(), WitnessServeCommand.Create() };

    /// <summary>The option of the witness's folder.</summary>
    public static Option<string> State() => new("--state") { Description = "Folder of the witness: its keys, and the latest checkpoint of each log.", HelpName = "folder", Required = true };

    /// <summary>Runs an act, and prints its fault.</summary>
    public static int Run(Func<int> act)
    {
        try
        {
            return act();
        }
        catch (WitnessRefusalException e)
        {
            Terminal.Fault(e.Message);
            Terminal.Hint(e.Remedy);
            return e.IsAbsent ? ExitCodes.Unavailable : ExitCodes.No;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ReportFolder(e);
        }
    }

    /// <summary>Prints the fault of a file or the folder with its remedy, and returns the exit code.</summary>
    public static int ReportFolder(Exception fault)
    {
        Terminal.Fault(fault.Message);
        Terminal.Hint(fault is UnauthorizedAccessException ? "run the command with the account that owns the folder of --state and may read the files"
            : "check the files, and the folder of --state, which one process may have at a time; never put that folder back from a copy");
        return ExitCodes.Unavailable;
    }
}
