using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>One machine opens every connection there is, and says nothing.</summary>
public sealed class ConnectionsOfAll : Exercise
{
    private const int Most = 40;

    /// <inheritdoc />
    public override string Id => "connections-of-all";

    /// <inheritdoc />
    public override string Title => "One machine holds every connection";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03"];

    /// <inheritdoc />
    public override Need Needs => Need.SecondAddress;

    /// <inheritdoc />
    public override string Protection => "before stage accept, share of an address block in the connections";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy limits its connections. The memory is safe, but the first clients can take all connections.",
        "Mallory connects again and again from one machine, and sends headers that never end. This needs no token and no permission.",
        "Gatehouse counts connections by address block, and closes those beyond the share of one block.",
        "With one limit for all addresses, the legitimate user cannot connect again.");

    internal override GatewaySettings Bound(GatewaySettings settings, bool replaced) => settings with
    {
        Limits = settings.Limits with { Connections = Most, ConnectionsPerAddress = replaced ? Most : Most / 4 },
    };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, server.Url, static (_, _) => true, connections: Most).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var connections = new List<TcpClient>();
        try
        {
            var served = true;
            // What was opened may not be counted yet while the legitimate user is let in.
            for (var tries = 0; served && tries < 10; tries++)
            {
                for (var more = 0; more < Most / 4; more++) connections.Add(
                    await ConnectAsync(context.Endpoint, IPAddress.Parse("127.0.0.2"), "POST / HTTP/1.1\r\nHo").ConfigureAwait(false));
                await Task.Delay(60).ConfigureAwait(false);
                served = await IsServedAsync(context.Endpoint).ConfigureAwait(false);
            }

            return [new Attempt($"{connections.Count} connections with heads that never end", !served, served
                ? "the legitimate user is let in" : "the legitimate user is not let in")];
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    // A new connection, as any client makes one: whatever is answered was let in.
    private static async Task<bool> IsServedAsync(Uri endpoint)
    {
        using var client = await ConnectAsync(endpoint, IPAddress.Loopback,
            $"GET {endpoint.AbsolutePath} HTTP/1.1\r\nHost: {endpoint.Authority}\r\n\r\n").ConfigureAwait(false);
        if (!client.Connected) return false;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], patience.Token).ConfigureAwait(false) == 1;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<TcpClient> ConnectAsync(Uri endpoint, IPAddress from, string sends)
    {
        var client = new TcpClient(new IPEndPoint(from, 0));
        try
        {
            await client.ConnectAsync(endpoint.Host, endpoint.Port).ConfigureAwait(false);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sends)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Closed already: it was not let in.
        }

        return client;
    }
}
