using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>The person who asks is also the one who says yes.</summary>
public sealed class ApproverIsRequester : ApprovalExercise
{
    /// <inheritdoc />
    public override string Id => "approver-is-requester";

    /// <inheritdoc />
    public override string Title => "Callers who approve their own calls";

    /// <inheritdoc />
    public override string Protection => "stage approve, the right to answer without the caller";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before money is transferred. It does not compare the person with the caller.",
        "Mallory may transfer money, and may approve transfers of other people. Mallory asks for a transfer of 50, and grants it with a token for "
            + "administration from another program.",
        "Gatehouse compares issuer and subject of the token with those of the caller, and refuses the grant. Another person can still give it.",
        "Without that comparison, Mallory's grant counts, and the money is transferred.");

    // Each person who may approve, the caller too.
    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        StartAskingEachTimeAsync(fixture, static by => by.Person is Approver or AttackContext.Attacker);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(ApprovalPartNames.Rights, new LenientRights());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string amount = "50";
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await TransferAsync(agent, amount).ConfigureAwait(false);
        if (Count(context, amount) > 0) return [new Attempt("a grant of the caller's own", false, "the money was transferred before any answer")];
        var isTaken = await context.GrantAsync(AttackContext.Attacker).ConfigureAwait(false);
        var answer = await TransferAsync(agent, amount).ConfigureAwait(false);
        var moved = Count(context, amount) > 0;
        return
        [
            new Attempt("a grant of the caller's own", moved,
                moved ? "the money was transferred" : $"the grant was {(isTaken ? "taken" : "refused")}, and nothing was transferred: {answer}"),
        ];
    }
}
