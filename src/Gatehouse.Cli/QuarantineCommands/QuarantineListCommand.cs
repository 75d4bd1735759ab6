using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary><c>gatehouse quarantine list</c>.</summary>
internal static class QuarantineListCommand
{
    public static Command Create()
    {
        var options = new ApprovalOptions();
        var all = new Option<bool>("--all") { Description = "Also print results that were delivered, deleted or are over, as long as the gateway keeps the facts." };
        var json = CommonOptions.Json();
        var command = new Command("list",
            """
            Print the results that are withheld until a person has looked at them. The list has nothing of their content; 'quarantine show'
            prints it.

            Examples:
              gatehouse quarantine list --config gatehouse.yaml
              gatehouse quarantine list --host
            """)
        { all, json };
        options.AddTo(command, names: false);
        command.SetAction((parsed, cancellation) => options.ChannelOf(parsed, names: false).ReadAsync(
            new ListQuarantine(parsed.GetValue(all)),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("quarantine", reply.As<QuarantineList>().Results, OutputJson.Default.QuarantineViews);
                else Print(reply);
            },
            cancellation));
        return command;
    }

    private static void Print(ControlReply reply)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (reply.As<QuarantineList>().Results is not { Count: > 0 } results)
        {
            Terminal.Note("no result is withheld");
            return;
        }

        Terminal.Lines(Columns.Lines(QuarantineScreen.Heading, [.. results.Select(one => QuarantineScreen.Row(one, now))], Terminal.DataColumns));
        if (reply.Remedy is { } more) Terminal.NoteLine(more);
    }
}
