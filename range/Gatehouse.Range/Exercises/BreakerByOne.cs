using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>One caller's failing calls close a server to everybody.</summary>
public sealed class BreakerByOne : Exercise
{
    private const int Calls = 12;

    /// <inheritdoc />
    public override string Id => "breaker-by-one";

    /// <inheritdoc />
    public override string Title => "A circuit breaker that one caller opens";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-04", "T19"];

    /// <inheritdoc />
    public override string Protection => "stage forward, HTTP upstream: a request of the gateway before failures of one caller stop the traffic";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy protects a failing server: after five failures in a row it sends nothing for a while.",
        "Mallory may call a tool that fails. Mallory calls it a dozen times, and the proxy answers no caller any more. One call after each pause "
            + "keeps that state.",
        "Before failures of only one caller stop the traffic, Gatehouse itself sends a request to the server. After a pause it also sends its own "
            + "request first. The server answers, so other callers are not affected.",
        "With an upstream that counts every failure equally, the legitimate user is refused again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        return await BreakingProxy.StartAsync(fixture, server.Url).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        fixture.Backend = server.Url.ToString();
        return Upstream.Http(server.Url);
    }

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var heads = new RememberedHeads(new AcceptStage());
        var upstream = fixture.Own(new BreakingUpstream(new Uri(fixture.Backend), heads));
        return PartReplacements.None.Put(PartNames.Accept, heads).Put(PartNames.Upstreams, _ => upstream);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var attacker = context.As(AttackContext.Attacker);
        await attacker.InitializeAsync().ConfigureAwait(false);
        for (var i = 0; i < Calls; i++) await attacker.CallAsync("forge").ConfigureAwait(false);
        return [await HostileStdio.CallAfterwardsAsync("a dozen calls that break off, then an honest one", victim).ConfigureAwait(false)];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    // Its tool "forge" breaks every connection it is called on.
    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) => CanaryServer.StartAsync(fixture, overrides: (context, message) =>
    {
        if (!message.ToString().Contains("\"forge\"", StringComparison.Ordinal)) return Task.FromResult(false);
        context.Abort();
        return Task.FromResult(true);
    });
}
