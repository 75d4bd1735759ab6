using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>One caller sends messages in part and leaves no memory for anybody else's.</summary>
public sealed class HalfSentBodies : Exercise
{
    private const int Memory = 500_000;
    private const int Largest = 1 << 16;
    private const int Filling = 10_000;
    private static readonly int[] Parts = [.. Enumerable.Repeat(65_000, 7), 30_000];

    /// <inheritdoc />
    public override string Id => "half-sent-bodies";

    /// <inheritdoc />
    public override string Title => "Messages that are never finished";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03"];

    /// <inheritdoc />
    public override string Protection => "stage validate, the caller's share of the memory for messages";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy limits the memory of all messages together. The memory is safe, but the first callers can take all of it.",
        "Mallory opens a few connections, announces a message on each, and sends nearly all of it. This needs no permission.",
        "Gatehouse takes one of Mallory's places before the first byte, and counts the bytes against Mallory's share of the memory. A body must "
            + "arrive within a time limit.",
        "With one memory for all callers and no shares, the legitimate user is refused again.");

    internal override GatewaySettings Bound(GatewaySettings settings, bool replaced) => settings with
    {
        Limits = settings.Limits with { BufferedBytes = Memory, CallerShare = replaced ? 100 : settings.Limits.CallerShare },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, server.Url, static (_, _) => true, new CommonBudget(Memory).NewBody).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url) with { RequestBytes = Largest };

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        var token = context.Issuer.Mint(AttackContext.Attacker, context.Resource);
        var connections = new List<TcpClient>();
        try
        {
            foreach (var part in Parts) connections.Add(await SendPartAsync(context.Endpoint, token, part).ConfigureAwait(false));
            // Parts may still arrive, and the gateway refused some that came while it served the legitimate user. Small parts fill the rest.
            var served = true;
            for (var tries = 0; served && tries < 20; tries++)
            {
                var reply = await victim.CallAsync("echo", new { text = "still there?" + new string('.', 40_000) }).ConfigureAwait(false);
                served = reply.Holds("still there?");
                if (!served) break;
                connections.Add(await SendPartAsync(context.Endpoint, token, Filling).ConfigureAwait(false));
                await Task.Delay(60).ConfigureAwait(false);
            }

            return [new Attempt("eight messages that are sent only in part", !served, served
                ? "the legitimate user is served" : "the legitimate user is refused")];
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static async Task<TcpClient> SendPartAsync(Uri endpoint, string token, int bytes)
    {
        var client = new TcpClient();
        await client.ConnectAsync(endpoint.Host, endpoint.Port).ConfigureAwait(false);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {endpoint.AbsolutePath} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: "
                + $"application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: 65500\r\n\r\n");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string(' ', bytes))).ConfigureAwait(false);
        return client;
    }
}
