using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>After a yes to one person's call, another person sends it.</summary>
public sealed class ApprovedOtherUser : ApprovalExercise
{
    /// <inheritdoc />
    public override string Id => "approved-other-user";

    /// <inheritdoc />
    public override string Title => "Another person's approval";

    /// <inheritdoc />
    public override string Protection => "stage approve, digest of the call with its caller";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before money is transferred. It remembers that the tool was approved, for every caller.",
        "Alice asks for a transfer of 70, and another person grants it. Before Alice's agent calls again, Mallory's agent sends the same call, with "
            + "Mallory's own token.",
        "Gatehouse binds the grant to issuer, subject and client of the caller. Mallory's call is a question of its own, and Alice's grant still waits "
            + "for Alice.",
        "With a digest that leaves out the caller, Mallory's call uses Alice's grant.");

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(ApprovalPartNames.Digests, static real => new CallerBlindDigests(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string amount = "70";
        var victim = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        await TransferAsync(victim, amount).ConfigureAwait(false);
        await context.GrantAsync(Approver).ConfigureAwait(false);
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        var answer = await TransferAsync(agent, amount).ConfigureAwait(false);
        var moved = Count(context, amount) > 0;
        return
        [
            new Attempt("the call of another person", moved, moved ? "the money was transferred for Mallory" : $"nothing was transferred: {answer}"),
        ];
    }
}
