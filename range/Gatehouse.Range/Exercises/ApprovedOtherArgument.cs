using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>After a yes to 10, the call carries 10000.</summary>
public sealed class ApprovedOtherArgument : ApprovalExercise
{
    /// <inheritdoc />
    public override string Id => "approved-other-argument";

    /// <inheritdoc />
    public override string Title => "Another amount than the approved one";

    /// <inheritdoc />
    public override string Protection => "stage approve, digest of the whole call";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before money is transferred. It remembers that the tool was approved.",
        "Mallory's agent asks for a transfer of 10. A person looks at it and grants it. Then the agent sends the call with 10000.",
        "Gatehouse binds the grant to a digest of the whole call, with every argument and every digit. The call with 10000 is another question, and "
            + "waits for an answer of its own.",
        "With a digest that leaves out the arguments, the grant for 10 lets the call with 10000 pass.");

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(ApprovalPartNames.Digests, static real => new ArgumentBlindDigests(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        var attempts = new List<Attempt>();
        foreach (var (asked, sent) in new[] { ("10", "10000"), ("20", "20.0000000000000000000000001"), ("30", "30 ") })
        {
            await TransferAsync(agent, asked).ConfigureAwait(false);
            await context.GrantAsync(Approver).ConfigureAwait(false);
            var answer = await TransferAsync(agent, sent).ConfigureAwait(false);
            var moved = Count(context, sent) > 0;
            attempts.Add(new Attempt($"'{asked}' granted, '{sent}' sent", moved, moved ? $"{sent} was transferred" : $"nothing was transferred: {answer}"));
        }

        return attempts;
    }
}
