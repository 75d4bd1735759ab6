using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>Acts that take an approval away: each is sent with the proof of a person, one after the other.</summary>
internal static class ApprovalEnding
{
    /// <summary>Runs the acts. Returns the worst exit code.</summary>
    /// <param name="channel">The way to the host.</param>
    /// <param name="ids">The things that end.</param>
    /// <param name="what">The act in words, for the question at a terminal.</param>
    /// <param name="act">Makes the act for a thing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<int> RunAsync(
        ApprovalChannel channel, IReadOnlyList<string> ids, string what, Func<string, AdministrativeAction> act, CancellationToken cancellation)
    {
        // On a host of one person an act that takes a right away needs no proof (AdministratorRules.WithdrawsByAccount).
        var (proof, code) = channel.IsPersonal ? (new PersonProof(null, false), ExitCodes.Done)
            : await channel.ProveAsync(() => Task.FromResult<(string?, int)>(($"{what} {string.Join(", ", ids)}", ExitCodes.Done)), cancellation)
                .ConfigureAwait(false);
        if (proof is null) return code;
        var worst = ExitCodes.Done;
        foreach (var id in ids)
            worst = Math.Max(worst, await channel.SendAsync(proof, act(id), ControlCall.ShowMessage, cancellation).ConfigureAwait(false));
        return worst;
    }
}
