using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A server fills the memory of the gateway with events that it never finishes.</summary>
public sealed class UnfinishedEvents : Exercise
{
    private const int Memory = 1_000_000;
    private const int Largest = 1 << 18;
    private const int Event = 240_000;
    private const int Streams = 16;
    private const string Begun = "begun";
    private const string Ended = "ended";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc />
    public override string Id => "unfinished-events";

    /// <inheritdoc />
    public override string Title => "Events that a server never finishes";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03", "ST-02"];

    /// <inheritdoc />
    public override string Protection => "stage forward, HTTP upstream: bytes of an unfinished event count against the memory for messages";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy looks at the messages of a server. It keeps an event of a stream until all of it is there.",
        "Mallory's server answers sixteen calls with a stream each. It sends most of a large event on each, and then nothing more. The proxy keeps "
            + "all of it.",
        "Gatehouse counts the bytes of an event as they arrive, against the caller's share of the memory. It ends the streams that go beyond it.",
        "With an upstream that counts an event only once it is complete, the memory holds all sixteen again.");

    internal override GatewaySettings Bound(GatewaySettings settings, bool replaced) => settings with
    {
        Limits = settings.Limits with { BufferedBytes = Memory },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        await WholeAnswerProxy.StartAsync(fixture, await StartServerAsync(fixture).ConfigureAwait(false)).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        fixture.Backend = server.ToString();
        return Upstream.Http(server) with { RequestBytes = Largest, ResponseBytes = Largest };
    }

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var upstream = fixture.Own(new UncountedUpstream(new Uri(fixture.Backend)));
        return PartReplacements.None.Put(PartNames.Upstreams, _ => upstream);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var attacker = context.As(AttackContext.Attacker);
        await attacker.InitializeAsync().ConfigureAwait(false);
        var calls = Enumerable.Range(0, Streams).Select(_ => attacker.CallAsync("stream")).ToList();
        var held = long.MaxValue;
        // Streams that are to be ended may live for a moment, and calls may still be on their way.
        for (var tries = 0; held > Memory && tries < 100; tries++)
        {
            await Task.Delay(Look).ConfigureAwait(false);
            var (begun, ended) = (Count(context, Begun), Count(context, Ended));
            if (begun + calls.Count(static call => call.IsCompleted) >= Streams) held = (long)(begun - ended) * Event;
        }

        if (Count(context, Begun) == 0) throw new InvalidOperationException("no stream was begun");
        return [new Attempt($"{Streams} events that are not finished", held > Memory, held == long.MaxValue
            ? "the calls were not answered" : $"the server keeps {held / 1000} KB in a memory of {Memory / 1000} KB")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static int Count(AttackContext context, string what) => context.Canary.Songs.Count(song => song == what);

    // Its tool "stream" begins an event, and never finishes it.
    private static async Task<Uri> StartServerAsync(RangeFixture fixture) =>
        (await CanaryServer.StartAsync(fixture, overrides: async (context, message) =>
    {
        if (!message.ToString().Contains("\"stream\"", StringComparison.Ordinal)) return false;
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("data: " + new string('A', Event), context.RequestAborted).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        fixture.Canary.Sing(Begun);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        fixture.Canary.Sing(Ended);
        return true;
    }).ConfigureAwait(false)).Url;
}
