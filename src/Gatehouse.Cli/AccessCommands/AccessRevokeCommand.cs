using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AccessCommands;

/// <summary><c>gatehouse access revoke</c>.</summary>
internal static class AccessRevokeCommand
{
    public static Command Create()
    {
        var options = new AccessOptions();
        var ids = AccessIds.AllAndEntra.Some("The requests by which the rights were granted, as 'access list' prints them.");
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var command = new Command("revoke",
            """
            End rights before their time, or take requests back. The person who has the right may do it, the people who may grant it, and
            administrators. Streams that depend on the right are cut immediately.

            Example:
              gatehouse access revoke acc-7q4kd2m9xs --config gatehouse.yaml --token-file me.token --reason "done"
            """)
        { ids, reason };
        options.AddTo(command, names: true);
        command.SetAction((parsed, cancellation) =>
            RevokeAsync(options.ChannelOf(parsed, names: true), parsed.GetValue(ids)!, parsed.GetValue(reason) ?? "", cancellation));
        return command;
    }

    private static async Task<int> RevokeAsync(ApprovalChannel channel, IReadOnlyList<string> ids, string reason, CancellationToken cancellation)
    {
        var (proof, code) = await channel.ProveAsync(
            () => Task.FromResult<(string?, int)>(($"revoke {string.Join(", ", ids)}", ExitCodes.Done)), cancellation).ConfigureAwait(false);
        if (proof is null) return code;
        var worst = ExitCodes.Done;
        foreach (var id in ids)
        {
            var act = new RevokeAccess(id, reason);
            worst = Math.Max(worst, await channel.SendAsync(proof, act, ControlCall.ShowMessage, cancellation).ConfigureAwait(false));
        }

        return worst;
    }
}
