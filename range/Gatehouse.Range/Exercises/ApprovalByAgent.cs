using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>The program that makes the calls answers the question, with a token of the right person.</summary>
public sealed class ApprovalByAgent : ApprovalExercise
{
    private const string Assistant = "assistant";

    /// <inheritdoc />
    public override string Id => "approval-by-agent";

    /// <inheritdoc />
    public override string Title => "Approvals that the agent gives in a person's place";

    /// <inheritdoc />
    public override string Protection => "stage approve, the right to answer without the clients and tokens of calls";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before money is transferred. It looks at the person's name in the token of the answer, and at nothing else.",
        "Bob may approve, and uses the same assistant as Mallory. Mallory's text makes the assistant ask for a transfer, and then grant it in Bob's name: "
            + "with the token for administration that was issued to the assistant, and with one that is good for calls as well.",
        "Gatehouse takes no answer by a token of the client that made the call, nor by one for the audience of a server, whoever the person is. Bob "
            + "answers with a client that makes no calls.",
        "If the person's name is enough, the assistant grants its own call.");

    // The person's name, and nothing else.
    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        StartAskingEachTimeAsync(fixture, static by => by.Person == Approver);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(ApprovalPartNames.Rights, new AnyWayRights());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await AnswerAsync(context, "a token of the client that called", "90", new AdministrationToken(Approver, Assistant)).ConfigureAwait(false),
        await AnswerAsync(context, "a token for calls and for administration", "91", new AdministrationToken(Approver, IsForCalls: true)).ConfigureAwait(
            false),
    ];

    private static async Task<Attempt> AnswerAsync(AttackContext context, string name, string amount, AdministrationToken token)
    {
        var agent = context.As(AttackContext.Attacker, Assistant);
        await agent.InitializeAsync().ConfigureAwait(false);
        await TransferAsync(agent, amount).ConfigureAwait(false);
        if (Count(context, amount) > 0) return new Attempt(name, false, "the money was transferred before any answer");
        var isTaken = await context.GrantByAsync(token).ConfigureAwait(false);
        var answer = await TransferAsync(agent, amount).ConfigureAwait(false);
        var moved = Count(context, amount) > 0;
        return new Attempt(name, moved,
            moved ? "the money was transferred" : $"the grant was {(isTaken ? "taken" : "refused")}, and nothing was transferred: {answer}");
    }
}
