using System.Globalization;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>One yes, and the same call again and again.</summary>
public sealed class ApprovalUsedTwice : ApprovalExercise
{
    private const int Calls = 4;

    /// <inheritdoc />
    public override string Id => "approval-used-twice";

    /// <inheritdoc />
    public override string Title => "One approval for many calls";

    /// <inheritdoc />
    public override string Protection => "stage approve, single use of a grant";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before money is transferred. It remembers that the tool was approved.",
        "Mallory's agent asks for a transfer of 40, and a person grants it. The agent sends the same call four times, one after the other and at the "
            + "same time.",
        "In Gatehouse a grant counts for one call. It is used up in the store, durably, before the call is sent. Of several equal calls one finds it.",
        "With a store that does not mark the grant as used, the money is transferred each time.");

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(ApprovalPartNames.Store, static real => new UnspentApprovals(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await RepeatAsync(context, "one after the other", "40", async (agent, amount) =>
        {
            for (var call = 0; call < Calls; call++) await TransferAsync(agent, amount).ConfigureAwait(false);
        }).ConfigureAwait(false),
        await RepeatAsync(context, "at the same time", "41", async (_, amount) =>
        {
            var agents = new List<RangeClient>();
            for (var call = 0; call < Calls; call++) agents.Add(await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false));
            await Task.WhenAll(agents.Select(agent => TransferAsync(agent, amount))).ConfigureAwait(false);
        }).ConfigureAwait(false),
    ];

    private static async Task<Attempt> RepeatAsync(AttackContext context, string name, string amount, Func<RangeClient, string, Task> repeat)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await TransferAsync(agent, amount).ConfigureAwait(false);
        await context.GrantAsync(Approver).ConfigureAwait(false);
        await repeat(agent, amount).ConfigureAwait(false);
        var moved = Count(context, amount);
        return new Attempt(name, moved > 1, string.Create(CultureInfo.InvariantCulture, $"{amount} was transferred {moved} times, one time was granted"));
    }
}
