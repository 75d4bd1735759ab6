using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A request gets an error on the stream that its client lost, and the client waits in silence on the one that it resumed.</summary>
public sealed class RefusedAfterResume : Exercise
{
    private const string Deaf = "weather";
    private static readonly TimeSpan UntilLost = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <inheritdoc />
    public override string Id => "refused-after-resume";

    /// <inheritdoc />
    public override string Title => "Resumed stream that waits for a request that is over";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-02", "H33"];

    /// <inheritdoc />
    public override string Protection => "stage forward, relay: a resumed stream gets the error of its request";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A client calls the server itself. Nothing between them has a deadline for requests.",
        "A hostile server gives the stream of a call an event id, and then says nothing. The client loses the stream and resumes it. It waits "
            + "without end.",
        "Gatehouse knows for which request a resumed stream waits. If the request gets an error, the resumed stream gets the same one and ends, also "
            + "when it is resumed later.",
        "Without that, the error at the deadline goes to the lost stream, and the client waits again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartServerAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url) with { Deadline = Deadline };

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put<Func<LiveSession, string, Action, ResumedStream?>>(PartNames.ResumedStreams, static (_, _, _) => null);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        client.Patience = UntilLost;
        var lost = await client.CallAsync(Deaf).ConfigureAwait(false);
        if (lost.EventIds.Count == 0) throw new InvalidOperationException("the stream had no event");
        client.Patience = Patience;
        var call = $"\"id\":{client.LastId}";
        var reply = await client.GetAsync(text => text.Contains(call, StringComparison.Ordinal), ("Last-Event-ID", lost.EventIds[0]))
            .ConfigureAwait(false);
        var waits = !reply.Holds(call);
        return [new Attempt("the resumed stream", waits, waits ? "the client waits in silence" : $"the client got an error: {reply.Summary()}")];
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var lost = await client.CallAsync("stream").ConfigureAwait(false);
        var reply = await client.GetAsync(static text => text.Contains("resumed", StringComparison.Ordinal), ("Last-Event-ID", lost.EventIds[0]))
            .ConfigureAwait(false);
        return reply.Result(client.LastId)?.GetRawText().Contains("resumed", StringComparison.Ordinal) == true;
    }

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture)
    {
        var lastId = 0;
        return CanaryServer.StartAsync(fixture, overrides: async (context, message) =>
        {
            if (context.Request.Method == "GET")
            {
                if (context.Request.Headers["Last-Event-ID"] != "stream") await FallSilentAsync(context, ": open\n\n").ConfigureAwait(false);
                else await CanaryServer.WriteEventAsync(context, CanaryServer.Result(lastId, "resumed")).ConfigureAwait(false);
                return true;
            }

            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call")
                return false;
            lastId = message.GetProperty("id").GetInt32();
            var tool = message.GetProperty("params").GetProperty("name").GetString();
            if (tool == Deaf) await FallSilentAsync(context, $"id: {tool}\ndata: {{}}\n\n").ConfigureAwait(false);
            else await WriteAsync(context, $"id: {tool}\ndata: {{}}\n\n").ConfigureAwait(false);
            return true;
        });
    }

    // The stream stays open, and nothing more comes.
    private static async Task FallSilentAsync(HttpContext context, string frames)
    {
        await WriteAsync(context, frames).ConfigureAwait(false);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task WriteAsync(HttpContext context, string frames)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(frames).ConfigureAwait(false);
        await context.Response.Body.FlushAsync().ConfigureAwait(false);
    }
}
