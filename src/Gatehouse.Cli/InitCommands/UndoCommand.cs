using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Cli.WrapCommands;
using Gatehouse.Inventory.Places;
using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary><c>gatehouse undo</c>: removes the wrapper from the entries that <c>init</c> put it into.</summary>
internal static class UndoCommand
{
    public static Command Create()
    {
        var options = new EditOptions(
            "Only this file. Can be repeated. Default: every file that init changed, also files of workspaces.");
        var command = new Command("undo",
            """
            Undo 'gatehouse init'. Each entry gets exactly its old command, even if other parts of the file were edited since.

            The command reports an entry that was edited after init, and does not change it.

            Examples:
              gatehouse undo --dry-run
              gatehouse undo
              gatehouse undo --server files

            Exit codes: 0 done, or nothing to do; 1 not confirmed, or an unknown name; 2 wrong command line; 3 something could not be undone.
            """)
        { options.Clients, options.Servers, options.Files, options.DryRun, options.Yes, options.Json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, options, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, EditOptions options, CancellationToken cancellation)
    {
        if (options.Selection(parsed) is not { } selection) return ExitCodes.Usage;
        try
        {
            var ledger = WrapLedger.Open(LocalHostControl.Places.State);
            var plan = UndoPlanner.Plan(Machine.OfThisPerson(), selection, ledger);
            var session = new EditSession("undo", "Change these files", "Nothing to undo.")
            { DryRun = parsed.GetValue(options.DryRun), Yes = parsed.GetValue(options.Yes), Json = parsed.GetValue(options.Json) };
            return await session.RunAsync(plan, ledger, selection, Finish, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is LedgerException or IOException)
        {
            Terminal.Fault(fault.Message);
            return ExitCodes.Unavailable;
        }
    }

    private static Task<EditFinish> Finish(EditPlan plan)
    {
        Terminal.Note("Restart the clients, so that they read their files again. Approvals of commands remain; see: gatehouse wrap command list");
        return Task.FromResult(new EditFinish(ExitCodes.Done));
    }
}
