using System.CommandLine;
using Gatehouse.Inventory;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse init</c>: puts the wrapper in front of the servers of this person's clients.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var options = new EditOptions();
        var command = new Command("init",
            """
            Put Gatehouse in front of every local MCP server that the AI clients of this person start.

            Shows each change of each file and asks for it at the terminal. Nothing is sent anywhere. Take it back with: gatehouse undo

            Examples:
              gatehouse init --dry-run
              gatehouse init
              gatehouse init --client Cursor --server files

            Exit codes: 0 done, or nothing to do; 1 not agreed to, or a name that is not there; 2 wrong command line; 3 something could not be wrapped or written.
            """)
        { options.Clients, options.Servers, options.Files, options.DryRun, options.Yes, options.Json };
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, EditOptions options)
    {
        if (options.Selection(parsed) is not { } selection) return ExitCodes.Usage;
        try
        {
            var launcher = InstalledLauncher.Find(Environment.GetEnvironmentVariable);
            if (InstalledLauncher.Weakness(launcher) is { } weakness)
            {
                Terminal.Fault(weakness);
                return ExitCodes.Unavailable;
            }

            var ledger = WrapLedger.Open(PersonalState.Folder(Environment.GetEnvironmentVariable));
            var plan = WrapPlanner.Plan(Machine.OfThisPerson(), selection, launcher, ledger, TimeProvider.System);
            var session = new EditSession("init", "Change these files", "Nothing to wrap.") { DryRun = parsed.GetValue(options.DryRun), Yes = parsed.GetValue(options.Yes), Json = parsed.GetValue(options.Json) };
            return session.Run(plan, ledger, selection, Finish);
        }
        catch (Exception fault) when (fault is LedgerException or IOException)
        {
            Terminal.Fault(fault.Message);
            return ExitCodes.Unavailable;
        }
    }

    private static int Finish(EditPlan plan)
    {
        Terminal.Note("Restart the clients, so that they read their files again. One that runs may write its old file back: gatehouse scan tells (GHS6002).");
        Terminal.Note("Take it back with: gatehouse undo");
        return ExitCodes.Done;
    }
}
