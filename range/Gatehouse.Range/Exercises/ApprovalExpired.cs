using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A yes is kept for a better moment, and used after its end.</summary>
public sealed class ApprovalExpired : ApprovalExercise
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public override string Id => "approval-expired";

    /// <inheritdoc />
    public override string Title => "Approval that is used after its end";

    /// <inheritdoc />
    public override string Protection => "stage approve, the end of a grant";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before money is transferred. Its approvals have no end.",
        "Mallory's agent asks for a transfer of 80, and a person grants it. The agent waits until the person has forgotten it, and sends the call.",
        "In Gatehouse a grant has an end: here a minute after it was given, as the rule says. After it the call is a new question.",
        "With a store whose grants have no end, the old one lets the call pass.");

    internal override IReadOnlyList<PolicyRule> Rules { get; } = RulesWith("strength: approval, expires: 1m");

    internal override bool MovesClock => true;

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(ApprovalPartNames.Store, static real => new LastingApprovals(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string amount = "80";
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await TransferAsync(agent, amount).ConfigureAwait(false);
        await context.GrantAsync(Approver).ConfigureAwait(false);
        context.Pass(Life + TimeSpan.FromSeconds(1));
        var answer = await TransferAsync(agent, amount).ConfigureAwait(false);
        var moved = Count(context, amount) > 0;
        return [new Attempt("a second after the end", moved, moved ? "the money was transferred" : $"nothing was transferred: {answer}")];
    }
}
