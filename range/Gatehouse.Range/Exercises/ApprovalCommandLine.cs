using Gatehouse.Range.Running;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An agent's shell grants the agent's own call at a gateway of one person.</summary>
public sealed class ApprovalCommandLine : CommandLineExercise
{
    /// <inheritdoc />
    public override string Id => "approval-command-line";

    /// <inheritdoc />
    public override string Title => "Approvals from the agent's own shell";

    /// <inheritdoc />
    public override string Protection => "stage approve, the terminal of the program that answers";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy on a person's machine asks before money is transferred. It takes the answer of every program of the person's account.",
        "The agent has a shell under the same account. It asks for a transfer, and answers the question itself: by a program without a terminal, as tools of "
            + "agents are started, and by a program that makes a terminal of its own.",
        "Gatehouse asks the system whether the program that answers has a terminal, and refuses the answer of one without. Such an attempt is recorded.",
        "If the program's word is enough, the answer of a program without a terminal counts too.")
    {
        NotDefended = "A program with a terminal of its own can do everything that the person can do: it grants the call also behind Gatehouse. Against "
            + "an agent that has a shell, run the agent under another account than the one that answers, or use a gateway that asks for an administration "
            + "token (`approval-command-line-team`).",
    };

    private protected override bool IsTerminalEnough => true;

    internal override GatewaySettings Configure(GatewaySettings settings) => base.Configure(settings) with { Development = true };

    /// <summary>The person types the answer at a terminal. The gateway cannot tell this from a program that made one.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        if (Count(context, HonestAmount) != 0 || !await context.GrantByProgramAsync(true).ConfigureAwait(false)) return false;
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        return Count(context, HonestAmount) == 1;
    }
}
