using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary><c>gatehouse approval list</c>.</summary>
internal static class ApprovalListCommand
{
    public static Command Create()
    {
        var options = new ApprovalOptions();
        var all = new Option<bool>("--all") { Description = "Also print questions that are answered or over, as long as the gateway keeps them." };
        var json = CommonOptions.Json();
        var command = new Command("list",
            """
            Print the calls that wait for the approval of a person, grants that no call has used, the requests for rights, answers that
            hold for later calls, and the definitions that are withheld. The list has no arguments of calls; 'approval show' prints them.

            Examples:
              gatehouse approval list --config gatehouse.yaml
              gatehouse approval list --host
            """)
        { all, json };
        options.AddTo(command, names: false);
        command.SetAction((parsed, cancellation) => options.ChannelOf(parsed, names: false).ReadAsync(
            new ListApprovals(parsed.GetValue(all)),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("approvals", reply.Approvals!);
                else Print(reply);
            },
            cancellation));
        return command;
    }

    private static void Print(ControlReply reply)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (reply.Approvals is not { Count: > 0 } approvals)
        {
            Terminal.Note("no question waits for a person");
            return;
        }

        Terminal.Lines(Columns.Lines(ApprovalScreen.Heading, [.. approvals.Select(one => ApprovalScreen.Row(one, now))], Terminal.DataColumns));
        if (reply.Remedy is { } more) Terminal.NoteLine(more);
    }
}
