using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A grant from the time before a new policy that forbids the call.</summary>
public sealed class ApprovalAfterForbid : ApprovalExercise
{
    /// <inheritdoc />
    public override string Id => "approval-after-forbid";

    /// <inheritdoc />
    public override string Title => "An approval that outlives a new forbid";

    /// <inheritdoc />
    public override string Protection => "stage authorize, deciding an approved call again by the newest snapshot";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person about each transfer. Once a person has granted one, it looks at nothing else.",
        "Mallory's agent asks for a transfer, and a person grants it. Before the agent sends the call again, an administrator puts a policy in force "
            + "that forbids Mallory all transfers.",
        "Gatehouse decides the call again by the configuration in force when the grant is used. A grant answers the question of a rule, and never "
            + "wins over a forbid.",
        "With a stage that remembers decisions, the call that was granted before the new policy is carried out after it.");

    internal override IReadOnlyList<PolicyRule> RulesAfterwards => [.. Rules, .. Policies.Read(
        $$"""
        version: 1
        rules:
          - id: no-transfers
            forbid: { subjects: [{{AttackContext.Attacker}}], tools: [transfer] }

        """)];

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => StartAskingEachTimeAsync(fixture, static _ => true);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Authorize, static real => new RememberingAuthorize(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string amount = "95";
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await TransferAsync(agent, amount).ConfigureAwait(false);
        if (Count(context, amount) > 0 || !await context.GrantAsync(Approver).ConfigureAwait(false))
            return [new Attempt("a grant of the time before", false, "the call was not granted before the new policy")];
        await context.ReloadAsync().ConfigureAwait(false);
        var answer = await TransferAsync(agent, amount).ConfigureAwait(false);
        var moved = Count(context, amount) > 0;
        return [new Attempt("a grant of the time before", moved, moved ? "the money was transferred" : $"nothing was transferred: {answer}")];
    }
}
