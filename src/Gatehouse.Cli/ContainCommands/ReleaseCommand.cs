using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.ContainCommands;

/// <summary><c>gatehouse release</c>.</summary>
internal static class ReleaseCommand
{
    private static readonly IdArguments Ids = new(ContainmentActs.IsId, "a containment", "contain list", "ctn-9k2m4p7wqz");

    public static Command Create()
    {
        var options = new ApprovalOptions();
        var id = Ids.One("The containment, as 'gatehouse contain list' prints it.");
        var (reason, json) = (ContainOptions.ReasonOption(), CommonOptions.Json());
        var command = new Command("release",
            """
            Release something that is contained. It takes the same right as 'gatehouse contain'. Sessions, requests and approvals that
            the containment ended stay ended. Where the command asks, it shows what is released, who contained it, and why.

            Examples:
              gatehouse release ctn-9k2m4p7wqz --reason "incident 4711 closed" --token-file admin.token
              gatehouse release ctn-9k2m4p7wqz --reason "false alarm" --host
            """)
        { id, reason, json };
        options.AddTo(command, names: true);
        command.Check(result => ContainOptions.CheckReason(result, reason));
        command.SetAction((parsed, cancellation) => ReleaseAsync(
            options.ChannelOf(parsed, names: true), new ReleaseContainment(parsed.GetValue(id)!, parsed.GetValue(reason)!), parsed.GetValue(json),
            cancellation));
        return command;
    }

    private static async Task<int> ReleaseAsync(ApprovalChannel channel, ReleaseContainment act, bool isJson, CancellationToken cancellation)
    {
        ContainmentView? held = null;
        if (isJson)
        {
            var (list, code) = await channel.ReadAsync(new ListContainments(), cancellation).ConfigureAwait(false);
            if (list is null) return code;
            held = list.As<ContainmentList>().Containments.FirstOrDefault(one => one.Id == act.Id);
        }

        return await new PersonalAct(channel).RunAsync(() => AskedAsync(channel, act.Id, cancellation), act, reply =>
        {
            if (isJson) JsonOutput.Write("released", Json(reply.As<ContainmentReleased>().Id, held));
            else ControlCall.ShowMessage(reply);
        }, cancellation).ConfigureAwait(false);
    }

    private static JsonObject Json(string id, ContainmentView? held) => new JsonFields
    {
        ["id"] = id,
        ["kind"] = held?.Kind,
        ["name"] = held?.Name,
        ["tool"] = held?.Tool,
        ["issuer"] = held?.Issuer,
    };

    // Threat: a person confirms an id, and releases something else than they think.
    private static async Task<(string? Words, int Code)> AskedAsync(ApprovalChannel channel, string id, CancellationToken cancellation)
    {
        var (list, code) = await channel.ReadAsync(new ListContainments(), cancellation).ConfigureAwait(false);
        if (list is null) return (null, code);
        if (list.As<ContainmentList>().Containments.FirstOrDefault(one => one.Id == id) is { } held)
        {
            var what = $"{held.Kind} {ContainListCommand.What(held)}";
            return ($"release {id}, {what}, contained by {ContainListCommand.By(held)} for the reason \"{held.Reason}\"", code);
        }

        var unknown = ActionRefusal.UnknownContainment(id);
        return (null, ControlCall.Show(ControlReply.Refuse(unknown.Message, unknown.Remedy), static _ => { }));
    }
}
