using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary><c>gatehouse quarantine delete</c>.</summary>
internal static class QuarantineDeleteCommand
{
    public static Command Create()
    {
        var options = new ApprovalOptions();
        var ids = QuarantineIds.All.Some("The results, as 'quarantine list' prints them.");
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var command = new Command("delete",
            """
            Delete withheld results. No call returns them; the facts about them stay in the list and in the audit log.

            Examples:
              gatehouse quarantine delete qua-7q4kd2m9xs --config gatehouse.yaml --token-file admin.token --reason "an attack, ticket 813"
              gatehouse quarantine delete qua-7q4kd2m9xs --host
            """)
        { ids, reason };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) =>
            DeleteAsync(options.ChannelOf(parsed, names: true), parsed.GetValue(ids)!, parsed.GetValue(reason) ?? "", cancellation));
        return command;
    }

    private static async Task<int> DeleteAsync(ApprovalChannel channel, IReadOnlyList<string> ids, string reason, CancellationToken cancellation)
    {
        var (proof, code) = await channel.ProveAsync(
            () => new AskedResults(channel).WordsAsync("delete", ids, cancellation), cancellation).ConfigureAwait(false);
        if (proof is null) return code;
        var worst = ExitCodes.Done;
        foreach (var id in ids)
        {
            var act = new DeleteQuarantined(id, reason);
            worst = Math.Max(worst, await channel.SendAsync(proof, act, ControlCall.ShowMessage, cancellation).ConfigureAwait(false));
        }

        return worst;
    }
}
