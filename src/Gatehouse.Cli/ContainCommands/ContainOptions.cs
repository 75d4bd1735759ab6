using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ContainCommands;

/// <summary>The options of the commands that contain something, and the call that does it.</summary>
/// <param name="hasNames">True where the host knows the names, so that one that it does not know needs <c>--force</c>.</param>
internal sealed class ContainOptions(bool hasNames)
{
    private readonly ApprovalOptions host = new();
    private readonly Option<string?> reason = ReasonOption();
    private readonly Option<bool> dryRun = new("--dry-run")
    { Description = "Change nothing, and print what would end now and whose it is. It needs no token." };
    private readonly Option<bool> force = new("--force") { Description = "Also take a name that the host does not know." };
    private readonly Option<bool> json = CommonOptions.Json();

    /// <summary>Makes the option that gives the reason.</summary>
    public static Option<string?> ReasonOption() => new("--reason")
    { Description = "Reason, such as the number of the incident. It is kept in the audit log.", HelpName = "text" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(reason);
        command.Add(dryRun);
        if (hasNames) command.Add(force);
        command.Add(json);
        host.AddTo(command, names: true);
    }

    /// <summary>Contains something, or shows what that would end, and returns the exit code.</summary>
    public Task<int> RunAsync(ContainmentTarget target, ParseResult parsed, CancellationToken cancellation)
    {
        var isForced = hasNames && parsed.GetValue(force);
        return parsed.GetValue(dryRun)
            ? host.ChannelOf(parsed, names: false).SendAsync(
                new PreviewContainment(target, isForced), reply => Show(reply, parsed), cancellation, start: true)
            : new PersonalAct(host.ChannelOf(parsed, names: true)).RunAsync(
                $"contain {target}", new Contain(target, parsed.GetValue(reason) ?? "", isForced), reply => Show(reply, parsed), cancellation);
    }

    private void Show(ControlReply reply, ParseResult parsed)
    {
        if (parsed.GetValue(json)) JsonOutput.Write("containment", new { Id = reply.Containment, reply.Impact });
        else Terminal.NoteLine(reply.Message ?? "done");
    }
}
