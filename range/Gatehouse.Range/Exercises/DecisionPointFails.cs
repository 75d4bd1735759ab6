using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>The decision point is slow, lies or is down just when it matters.</summary>
public sealed class DecisionPointFails : Exercise
{
    private const string Moved = "transfer ";

    /// <inheritdoc />
    public override string Id => "decision-point-fails";

    /// <inheritdoc />
    public override string Title => "A slow, lying or missing decision point opens the door";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-06"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, closed without a decision";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks an external decision point about each call. If no answer arrives in time, or one that it cannot read, it permits the call, so "
            + "that the work can continue.",
        "Mallory calls transfer again and again. The decision point cannot handle all evaluations: it stalls, returns invalid answers, and breaks "
            + "the connection.",
        "Gatehouse waits for the configured time, reads the answer strictly, and denies everything that is not a valid permit. The record contains "
            + "the cause.",
        "With an authorize stage that treats silence and invalid answers as a permit, the server transfers the money again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        return await OpenHandedProxy.StartAsync(fixture, server.Url,
            (await FailingPoint.StartAsync(fixture).ConfigureAwait(false)).Url).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var point = await FailingPoint.StartAsync(fixture).ConfigureAwait(false);
        fixture.DecisionPoint = new DecisionPointSettings { Url = point.Url, Timeout = TimeSpan.FromSeconds(5) };
        return Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Authorize, static real => new FailOpenAuthorize(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var attempts = new List<Attempt>();
        foreach (var name in new[] { "no answer", "an invalid answer", "a broken connection" })
        {
            var amount = $"{name} {context.Canary.Secret}";
            var reply = await client.PostAsync(client.CallBody("transfer", new { amount }), "application/json").ConfigureAwait(false);
            var moved = await context.Canary.SingsAsync(Moved + amount).ConfigureAwait(false);
            attempts.Add(new Attempt(name, moved, moved ? "money moved" : $"nothing moved: {reply.Summary()}"));
        }

        return attempts;
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);
}
