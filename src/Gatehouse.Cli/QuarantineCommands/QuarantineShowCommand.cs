using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary><c>gatehouse quarantine show</c>.</summary>
internal static class QuarantineShowCommand
{
    public static Command Create()
    {
        var options = new ApprovalOptions();
        var id = QuarantineIds.All.One("The result, as 'quarantine list' prints it.");
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var json = CommonOptions.Json();
        var command = new Command("show",
            """
            Print one withheld result in full: its call, its findings, and every value of the result. Characters that a terminal does not
            show are printed as escapes, such as \u{202E}. The text was written by others: do not paste it into a conversation with a model.
            Needs administration.reading.payloads, and the gateway records who was shown what.

            Examples:
              gatehouse quarantine show qua-7q4kd2m9xs --config gatehouse.yaml --token-file admin.token
              gatehouse quarantine show qua-7q4kd2m9xs --host
            """)
        { id, reason, json };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) =>
            ShowAsync(
                options.ChannelOf(parsed, names: true), parsed.GetValue(id)!, parsed.GetValue(reason) ?? "", parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> ShowAsync(ApprovalChannel channel, string id, string reason, bool isJson, CancellationToken cancellation)
    {
        var (proof, code) = await channel.ProveAsync(
            () => new AskedResults(channel).WordsAsync("show at this terminal the withheld result", [id], cancellation), cancellation)
            .ConfigureAwait(false);
        if (proof is null) return code;
        return await channel.SendAsync(proof, new ShowQuarantined(id) { Reason = reason }, reply =>
        {
            if (isJson) JsonOutput.Write("quarantined", reply.As<QuarantineView>(), OutputJson.Default.QuarantineView);
            else Terminal.Lines(QuarantineScreen.Lines(reply.As<QuarantineView>()));
        }, cancellation).ConfigureAwait(false);
    }
}
