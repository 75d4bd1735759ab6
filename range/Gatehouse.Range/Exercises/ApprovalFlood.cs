using System.Globalization;
using System.Text;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>Forty questions, so that people say yes without looking.</summary>
public sealed class ApprovalFlood : ApprovalExercise
{
    private const int Calls = 40;

    // What a person still reads, and no more than the shipped bound for one caller.
    private const int Readable = 20;

    /// <inheritdoc />
    public override string Id => "approval-flood";

    /// <inheritdoc />
    public override string Title => "Forty questions to one person";

    /// <inheritdoc />
    public override string Protection => "stage approve, bound of open questions of one caller";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person about each call that waits, however many there are.",
        "Mallory's agent sends forty different transfers. The person who answers has forty questions, and begins to say yes without reading.",
        "Gatehouse asks about twenty calls of one caller at a time. Each further one is refused with a code of its own and asks no person. Equal calls "
            + "are one question.",
        "With a store without that bound, the person has forty questions again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var (waiting, isApproved) = (0, false);
        fixture.CountQuestionsAsync = () => Task.FromResult(waiting);
        fixture.GrantAsync = _ =>
        {
            waiting = 0;
            return Task.FromResult(isApproved = true);
        };
        return await NaiveProxy.StartAsync(fixture, server.Url, (request, body) =>
        {
            if (!Encoding.UTF8.GetString(body).Contains("\"transfer\"", StringComparison.Ordinal)) return true;
            if (isApproved && NaiveTokens.Claim(request, "sub") == AttackContext.Victim) return true;
            Interlocked.Increment(ref waiting);
            return false;
        }).ConfigureAwait(false);
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(ApprovalPartNames.Store, static real => new UnboundedApprovals(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        var before = await context.CountQuestionsAsync().ConfigureAwait(false);
        for (var call = 0; call < Calls; call++)
            await TransferAsync(agent, string.Create(CultureInfo.InvariantCulture, $"{100 + call}")).ConfigureAwait(false);
        var questions = await context.CountQuestionsAsync().ConfigureAwait(false) - before;
        return
        [
            new Attempt("forty different calls", questions > Readable,
                string.Create(CultureInfo.InvariantCulture, $"people are asked about {questions} of {Calls} calls")),
        ];
    }
}
