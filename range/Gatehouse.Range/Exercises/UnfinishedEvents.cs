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
    public override IReadOnlyList<string> Rows => ["EX-03"];

    /// <inheritdoc />
    public override string Protection => "stage forward, HTTP upstream: bytes of an unfinished event count against the memory for messages";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy looks at the messages of a server, and buffers an event of a stream until it is complete.",
        "Mallory calls a tool of her own server sixteen times. The server answers each call with a stream, sends most of a large event, and then "
            + "nothing more. The proxy buffers all of it.",
        "Gatehouse counts the bytes of an event as they arrive, against the caller's share of the memory for messages. It ends the streams of "
            + "Mallory that go beyond it.",
        "With an upstream that does not count the bytes of answers, the gateway buffers all sixteen events.");

    internal override GatewaySettings Bound(GatewaySettings settings, bool replaced) => settings with
    {
        Limits = settings.Limits with { BufferedBytes = Memory },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        await BufferingProxy.StartAsync(fixture, await StartServerAsync(fixture).ConfigureAwait(false)).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        fixture.Backend = server.ToString();
        return Upstream.Http(server) with { RequestBytes = Largest, ResponseBytes = Largest };
    }

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var upstream = fixture.Own(new BufferingUpstream(new Uri(fixture.Backend)));
        return PartReplacements.None.Put(PartNames.Upstreams, _ => upstream);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var attacker = context.As(AttackContext.Attacker);
        await attacker.InitializeAsync().ConfigureAwait(false);
        var calls = Enumerable.Range(0, Streams).Select(_ => attacker.CallAsync("stream")).ToList();
        int? open = null;
        // A stream that is to be ended may live for a moment.
        for (var tries = 0; open is not <= Memory / Event && tries < 100; tries++)
        {
            await Task.Delay(Look).ConfigureAwait(false);
            var songs = context.Canary.Songs;
            var now = songs.Count(song => song == Begun) - songs.Count(song => song == Ended);
            // Before, calls are still on their way.
            if (now + calls.Count(static call => call.IsCompleted) >= Streams) open = now;
        }

        if (open is not { } streams) throw new InvalidOperationException("calls have neither a stream nor an answer");
        return [new Attempt($"{Streams} events that are not finished", streams > Memory / Event,
            $"{streams} streams stay open and hold {streams * (Event / 1000)} KB; the limit is {Memory / 1000} KB")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

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
