using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Gatehouse.Upstreams;

namespace Gatehouse.Range.Exercises;

/// <summary>A local server answers with a line that is too long, and its caller waits in silence until the deadline.</summary>
public sealed class OverlongAnswer : HostileStdio
{
    private const int MostBytes = 64 << 10;

    /// <inheritdoc />
    public override string Id => "overlong-answer";

    /// <inheritdoc />
    public override string Title => "Answer too long to arrive";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-06", "EX-03"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: the id of an answer in a line that is too long";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge bounds the lines of its process. It drops a longer one like any other output that is no message.",
        "Mallory stores a large text, so that the answer to the legitimate user is too long. The user's call gets no answer, holds its place, "
            + "and ends with the deadline.",
        "Gatehouse searches an overlong answer for its id, and keeps nothing else of it. The call ends immediately with an error that says why, and "
            + "the process is used again.",
        "Without the search for the id the line is dropped, and the user waits again.");

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture) => NaiveBridge.StartBoundedAsync(fixture, MostBytes, Command(fixture));

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        await base.StartBehindGatewayAsync(fixture).ConfigureAwait(false) with { ResponseBytes = MostBytes };

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put<Func<AnswerIdScan>>(PartNames.OverlongAnswers, static () => new NoAnswerIds());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        var reply = await victim.CallAsync("long").ConfigureAwait(false);
        var waits = reply.Messages.Count == 0;
        return [new Attempt("a text of 200 KB", waits, waits ? "the legitimate user got no answer in 8 s" : $"an answer came: {reply.Summary()}")];
    }
}
