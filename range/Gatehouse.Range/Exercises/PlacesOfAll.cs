using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>One caller's calls that never end hold every place at a server.</summary>
public sealed class PlacesOfAll : Exercise
{
    private const int Places = 16;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc />
    public override string Id => "places-of-all";

    /// <inheritdoc />
    public override string Title => "One caller holds every place at a server";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03"];

    /// <inheritdoc />
    public override string Protection => "stage forward, the caller's share of the places at a server";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy limits the concurrent requests to a server. The server is safe, but the first callers can take all places.",
        "Mallory may call a tool that never ends. Mallory calls it once for each place, and does not wait for an answer.",
        "Gatehouse gives a caller more than its share only while less than half of the places are in use, and gives places in turn.",
        "With places for all callers and no shares, the legitimate user finds no place again.");

    internal override GatewaySettings Bound(GatewaySettings settings, bool replaced) => settings with
    {
        Limits = settings.Limits with { CallerShare = replaced ? 100 : settings.Limits.CallerShare },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, server.Url, static (_, _) => true, places: Places).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url) with { Concurrency = Places, QueueWait = Wait };

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var attacker = context.As(AttackContext.Attacker);
        await attacker.InitializeAsync().ConfigureAwait(false);
        var (served, calls) = (true, 0);
        // What was sent may still be on its way while the legitimate user is served.
        for (var tries = 0; served && tries < 10; tries++)
        {
            for (var call = 0; call < 3; call++, calls++) _ = attacker.CallAsync("forge")
                .ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
            await Task.Delay(60).ConfigureAwait(false);
            served = (await victim.CallAsync("echo", new { text = "still there?" }).ConfigureAwait(false)).Holds("still there?");
        }

        return [new Attempt($"{calls} calls that never end", !served, served
            ? "the legitimate user is served" : "the legitimate user finds no place")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    // Its tool "forge" never answers.
    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: async (context, message) =>
    {
        if (!message.ToString().Contains("\"forge\"", StringComparison.Ordinal)) return false;
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        return true;
    });
}
