using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ContainCommands;

/// <summary>An act of a person on a gateway or on the host of wrapped servers: with a token, or confirmed at the terminal.</summary>
/// <param name="channel">The way to the host.</param>
internal sealed class PersonalAct(ApprovalChannel channel)
{
    /// <summary>Does the act, and returns the exit code.</summary>
    /// <param name="words">
    /// Returns the act in words, for the question at the terminal; or null and the exit code, where the act would be refused. The words may hold
    /// outside text.
    /// </param>
    /// <param name="act">The act.</param>
    /// <param name="show">Shows an answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<int> RunAsync(
        Func<Task<(string? Words, int Code)>> words, AdministrativeAction act, Action<ControlReply> show, CancellationToken cancellation)
    {
        // On a host of one person an act that takes a right away needs no proof (AdministratorRules.WithdrawsByAccount).
        if (channel.IsPersonal && act.Effect == ActionEffect.Withdraws) return await channel.ReadAsync(act, show, cancellation).ConfigureAwait(false);
        var (proof, code) = await channel.ProveAsync(words, cancellation).ConfigureAwait(false);
        return proof is null ? code : await channel.SendAsync(proof, act, show, cancellation).ConfigureAwait(false);
    }
}
