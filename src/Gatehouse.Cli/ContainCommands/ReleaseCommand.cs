using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ContainCommands;

/// <summary><c>gatehouse release</c>.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var options = new ApprovalOptions();
        var id = new Argument<string>("id") { Description = "The containment, as 'gatehouse contain list' prints it." };
        var (reason, json) = (ContainOptions.ReasonOption(), CommonOptions.Json());
        var command = new Command("release",
            """
            Release something that is contained. It takes the same right as 'gatehouse contain'. Sessions, requests and approvals that
            the containment ended stay ended.

            Examples:
              gatehouse release ctn-9k2m4p7wqz --reason "incident 4711 closed" --token-file admin.token
              gatehouse release ctn-9k2m4p7wqz --reason "false alarm" --host
            """)
        { id, reason, json };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) => new PersonalAct(options.ChannelOf(parsed, names: true)).RunAsync(
            $"release {parsed.GetValue(id)}", new ReleaseContainment(parsed.GetValue(id)!, parsed.GetValue(reason) ?? ""),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("containment", new { Id = reply.Containment });
                else Terminal.NoteLine(reply.Message ?? "done");
            },
            cancellation));
        return command;
    }
}
