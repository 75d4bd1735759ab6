using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>An agent's shell grants the agent's own call at a gateway that asks for administration tokens.</summary>
public sealed class ApprovalCommandLineTeam : CommandLineExercise
{
    /// <inheritdoc />
    public override string Id => "approval-command-line-team";

    /// <inheritdoc />
    public override string Title => "Approvals from a shell, at a gateway of a team";

    /// <inheritdoc />
    public override string Protection => "stage approve, the administration token of the person who answers";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy of a team asks a person before money is transferred. It takes the answer of every program of its own account.",
        "The agent reached a shell under the account of the proxy. It has no token of an approver. It asks for a transfer, and answers the question itself: "
            + "by a program without a terminal, and by a program that makes a terminal of its own.",
        "Gatehouse takes an answer only with an access token for the administration audience, of a person that the policy names. The account of the "
            + "gateway and a terminal are not enough. Bob answers with such a token, from an account in which no agent runs: "
            + "a program that can read the token of an approver can answer in that person's place.",
        "If a confirmation at a terminal is enough, the agent's programs grant the call.");

    private protected override bool IsTerminalEnough => false;
}
