using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary><c>gatehouse approval list</c>.</summary>
internal static class ApprovalListCommand
{
    public static Command Create()
    {
        var options = new ApprovalOptions();
        var all = new Option<bool>("--all") { Description = "Also print questions that are answered or over, as long as the gateway keeps them." };
        var watch = new Option<bool>("--watch")
        {
            Description = "Stay, and show changes as they come, until Ctrl+C. A terminal gets the list drawn again, a pipe one line for each change.",
        };
        var json = CommonOptions.Json();
        var command = new StayingCommand("list",
            """
            Print the calls that wait for the approval of a person, grants that no call has used, the requests for rights, answers that
            hold for later calls, and the definitions that are withheld. The list has no arguments of calls; 'approval show' prints them.

            With --watch the command reads the list every 2 seconds and ends with 0 after Ctrl+C, or with 3 when the gateway goes away.

            Examples:
              gatehouse approval list --config gatehouse.yaml
              gatehouse approval list --watch --json --config gatehouse.yaml
              gatehouse approval list --host
            """)
        { all, watch, json };
        options.AddTo(command, names: false);
        command.Check(result =>
        {
            if (result.GetValue(watch) && result.GetValue(all)) result.AddError("--watch cannot be combined with --all");
        });
        command.SetAction((parsed, cancellation) =>
        {
            var channel = options.ChannelOf(parsed, names: false);
            if (parsed.GetValue(watch)) return new ApprovalFollowing(channel, parsed.GetValue(json)).RunAsync(cancellation);
            return channel.ReadAsync(
                new ListApprovals(parsed.GetValue(all)),
                reply =>
                {
                    if (parsed.GetValue(json)) JsonOutput.Write("approvals", reply.As<ApprovalList>().Approvals, OutputJson.Default.ApprovalViews);
                    else Print(reply);
                },
                cancellation);
        });
        return command;
    }

    private static void Print(ControlReply reply)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (reply.As<ApprovalList>().Approvals is not { Count: > 0 } approvals)
        {
            Terminal.Note("no question waits for a person");
            return;
        }

        Terminal.Lines(Columns.Lines(ApprovalScreen.Heading, [.. approvals.Select(one => ApprovalScreen.Row(one, now))], Terminal.DataColumns));
        if (reply.Remedy is { } more) Terminal.NoteLine(more);
    }
}
