using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ContainCommands;

/// <summary>An act of a person on a gateway or on the host of wrapped servers: with a token, or confirmed at the terminal.</summary>
/// <param name="channel">The way to the host.</param>
internal sealed class PersonalAct(ApprovalChannel channel)
{
    /// <summary>Does the act, and returns the exit code.</summary>
    /// <param name="words">The act in words, for the question at the terminal. It may hold outside text.</param>
    /// <param name="act">The act.</param>
    /// <param name="show">Shows an answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<int> RunAsync(string words, AdministrativeAction act, Action<ControlReply> show, CancellationToken cancellation)
    {
        // On a host of one person an act that takes a right away needs no proof (AdministratorRules.WithdrawsByAccount).
        var isAsked = !channel.HasToken && !(channel.IsPersonal && act.Effect == ActionEffect.Withdraws);
        var answer = isAsked ? TerminalConfirmation.Ask(words) : default;
        if (answer is { IsGiven: false, HasTerminal: true }) return Task.FromResult(ControlCall.Declined(answer));
        // Without a terminal the host answers: it knows which other proof it takes.
        return channel.SendAsync(act, show, cancellation, answer.IsGiven, start: true);
    }
}
