using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Cli.WrapCommands;
using Gatehouse.Inventory.Places;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary><c>gatehouse init</c>: puts the wrapper in front of the servers of this person's clients.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var options = new EditOptions(
            "Only this file. Can be repeated. Files of workspaces are edited only when they are named here.");
        var noVerify = new Option<bool>("--no-verify")
        { Description = "Do not test the wrapper with a harmless attack on a test server." };
        var command = new Command("init",
            """
            Put Gatehouse in front of every local MCP server that the AI clients of this person start.

            The command shows each change of each file, and asks for it at the terminal. It then shows the commands that may start, and
            asks for them. A harmless attack tests the protection. The command sends nothing over the network. Undo it with: gatehouse undo

            Examples:
              gatehouse init --dry-run
              gatehouse init
              gatehouse init --client Cursor --server files

            Exit codes: 0 done, or nothing to do; 1 not confirmed, an unknown name, or protection that does not work; 2 wrong command line; 3 something could not be wrapped or written.
            """)
        { options.Clients, options.Servers, options.Files, options.DryRun, options.Yes, noVerify, options.Json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, options, !parsed.GetValue(noVerify), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, EditOptions options, bool verify, CancellationToken cancellation)
    {
        if (options.Selection(parsed) is not { } selection) return ExitCodes.Usage;
        try
        {
            var launcher = InstalledLauncher.Find(Environment.GetEnvironmentVariable, Environment.GetCommandLineArgs()[0]);
            if (InstalledLauncher.Weakness(launcher) is { } weakness)
            {
                Terminal.Fault(weakness);
                return ExitCodes.Unavailable;
            }

            var ledger = WrapLedger.Open(LocalHostControl.Places.State);
            var plan = WrapPlanner.Plan(Machine.OfThisPerson(), selection, launcher, ledger, TimeProvider.System);
            var session = new EditSession("init", "Change these files", "Nothing to wrap.")
            { DryRun = parsed.GetValue(options.DryRun), Yes = parsed.GetValue(options.Yes), Json = parsed.GetValue(options.Json) };
            return await session.RunAsync(plan, ledger, selection,
                changed => new InitFinish(launcher, verify, session.Json).RunAsync(changed, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is LedgerException or IOException)
        {
            Terminal.Fault(fault.Message);
            return ExitCodes.Unavailable;
        }
    }
}
