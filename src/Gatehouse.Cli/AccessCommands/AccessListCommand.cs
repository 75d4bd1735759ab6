using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AccessCommands;

/// <summary><c>gatehouse access list</c>.</summary>
internal static class AccessListCommand
{
    public static Command Create()
    {
        var options = new AccessOptions();
        var all = new Option<bool>("--all") { Description = "Also print requests that are denied or over, and rights that have ended, as long as the gateway keeps them." };
        var json = CommonOptions.Json();
        var command = new Command("list",
            """
            Print the requests for rights that wait for an answer, and the rights that people have now. 'access show' prints a request
            with its reason.

            Example:
              gatehouse access list --config gatehouse.yaml
            """)
        { all, json };
        options.AddTo(command, names: false);
        command.SetAction((parsed, cancellation) => options.ChannelOf(parsed, names: false).ReadAsync(
            new ListAccess(parsed.GetValue(all)),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("access", reply.As<ApprovalList>().Approvals, OutputJson.Default.ApprovalViews);
                else Print(reply);
            },
            cancellation));
        return command;
    }

    private static void Print(ControlReply reply)
    {
        if (reply.As<ApprovalList>().Approvals is not { Count: > 0 } found)
        {
            Terminal.Note("no person has a right for a time, and no request waits");
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        Terminal.Lines(Columns.Lines(AccessScreen.Heading, [.. found.Select(one => AccessScreen.Row(one, now))], Terminal.DataColumns));
        if (reply.Remedy is { } more) Terminal.NoteLine(more);
    }
}
