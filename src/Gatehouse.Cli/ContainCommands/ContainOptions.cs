using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.ContainCommands;

/// <summary>The options of the commands that contain something, and the call that does it.</summary>
/// <param name="hasNames">True where the names are known, so that another one needs <c>--force</c>.</param>
internal sealed class ContainOptions(bool hasNames)
{
    private readonly ApprovalOptions host = new();
    private readonly Option<string?> reason = ReasonOption();
    private readonly Option<bool> dryRun = new("--dry-run")
    { Description = "Change nothing, and print what would end now and whose it is. It needs no token." };
    private readonly Option<bool> force = new("--force") { Description = "Also take a name that is not known." };
    private readonly Option<bool> json = CommonOptions.Json();

    /// <summary>Makes the option that gives the reason.</summary>
    public static Option<string?> ReasonOption() => new("--reason")
    { Description = "Reason, such as the number of the incident. It is kept in the audit log. Mandatory.", HelpName = "text" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(reason);
        command.Add(dryRun);
        if (hasNames) command.Add(force);
        command.Add(json);
        host.AddTo(command, names: true);
        command.Check(result =>
        {
            if (!result.GetValue(dryRun)) CheckReason(result, reason);
        });
    }

    /// <summary>Refuses a reason that is missing or blank, before a person is asked anything.</summary>
    public static void CheckReason(CommandResult result, Option<string?> reason)
    {
        if (string.IsNullOrWhiteSpace(result.GetValue(reason))) result.AddError("give the reason with --reason, such as the number of the incident");
    }

    /// <summary>Contains something, or shows what that would end, and returns the exit code.</summary>
    public Task<int> RunAsync(ContainmentTarget target, ParseResult parsed, CancellationToken cancellation)
    {
        var isForced = hasNames && parsed.GetValue(force);
        var channel = host.ChannelOf(parsed, names: true);
        var preview = new PreviewContainment(target, isForced);
        if (parsed.GetValue(dryRun))
            return channel.ReadAsync(preview, reply => Show(target, reply, null, reply.As<ContainmentPreview>().Impact, parsed), cancellation);
        return new PersonalAct(channel).RunAsync(
            () => AskedAsync(channel, preview, cancellation), new Contain(target, parsed.GetValue(reason)!, isForced),
            reply => Show(target, reply, reply.As<ContainmentMade>().Id, reply.As<ContainmentMade>().Impact, parsed), cancellation);
    }

    // The person decides with the effects before them; and a name that the gateway would refuse is refused before the question.
    private static async Task<(string? Words, int Code)> AskedAsync(
        ApprovalChannel channel, PreviewContainment preview, CancellationToken cancellation)
    {
        var (reply, code) = await channel.ReadAsync(preview, cancellation).ConfigureAwait(false);
        if (reply is null) return (null, code);
        var impact = reply.As<ContainmentPreview>().Impact;
        return (impact.IsEmpty() ? $"contain {preview.Target} (nothing of it is in progress)"
            : $"contain {preview.Target} and end {ContainmentActs.Sentence(impact)}", code);
    }

    private void Show(ContainmentTarget target, ControlReply reply, string? id, ContainmentImpact impact, ParseResult parsed)
    {
        if (!parsed.GetValue(json))
        {
            ControlCall.ShowMessage(reply);
            return;
        }

        JsonOutput.Write("containment", new JsonFields
        {
            ["id"] = id,
            ["isDryRun"] = id is null,
            ["kind"] = target.Kind,
            ["name"] = target.Name,
            ["tool"] = OrNull(target.Tool),
            ["issuer"] = OrNull(target.Issuer),
            ["impact"] = JsonValue.Create(impact, OutputJson.Default.ContainmentImpact),
        });
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
