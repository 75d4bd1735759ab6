using System.Net.Sockets;
using System.Text;
using Gatehouse.Administration;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A client sends requests that are refused and reads no answer, so that the proxy is never drained.</summary>
public sealed class UnreadRefusals : OfflineExercise<IDrainableProxy>
{
    private const int SmallestBuffer = 4096;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(3); // the proxy waits for its client
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10); // of the operator

    /// <inheritdoc />
    public override string Id => "unread-refusals";

    /// <inheritdoc />
    public override string Title => "Refusals that their client does not read";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-03"];

    /// <inheritdoc />
    public override string Protection => "command drain, the time in which a client must take a refusal";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy has no minimum rate for its answers, because event streams are slow at times. It waits for a client as long as it takes.",
        "Mallory sends request after request with an unknown session, reads no answer, and leaves the connection open. The operator drains the proxy "
            + "for an update.",
        "Gatehouse gives a client 5 s to take a refusal, closes the connection then, and records the end. The drain succeeds.",
        "Without a time for refusals the request stays in progress, and the drain does not end.");

    internal override Task<IDrainableProxy> OpenUnguardedAsync(RangeFixture fixture) => WaitingAnswers.StartAsync(fixture);

    internal override Task<IDrainableProxy> OpenGuardedAsync(RangeFixture fixture) => DrainableGateway.StartAsync(fixture, PartReplacements.None);

    internal override Task<IDrainableProxy> OpenReplacedAsync(RangeFixture fixture) =>
        DrainableGateway.StartAsync(fixture, PartReplacements.None.Put<RefusalSender>(PartNames.Refusals, EndlessPatience.SendAsync));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(IDrainableProxy subject, RangeFixture fixture)
    {
        using var client = new TcpClient { ReceiveBufferSize = SmallestBuffer, SendBufferSize = SmallestBuffer };
        await client.ConnectAsync(subject.Endpoint.Host, subject.Endpoint.Port).ConfigureAwait(false);
        var isStalled = await SendAsync(client.GetStream(), Request(subject.Endpoint, fixture)).ConfigureAwait(false);
        var isDrained = await subject.DrainAsync(Patience).ConfigureAwait(false);
        var isHeld = isStalled && !isDrained;
        return [new Attempt("a connection that is not read", isHeld, isHeld ? "a request is still in progress" : "no request is in progress")];
    }

    /// <summary>An honest client reads its refusal.</summary>
    internal override async Task<bool> UseHonestlyAsync(IDrainableProxy subject, RangeFixture fixture)
    {
        var client = fixture.ContextAt(subject.Endpoint).As(AttackContext.Victim);
        client.SessionId = "unknown";
        return (await client.AskAsync("tools/list").ConfigureAwait(false)).Status == 404;
    }

    private static byte[] Request(Uri endpoint, RangeFixture fixture)
    {
        const string body = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
        var token = fixture.Issuer.Mint(AttackContext.Attacker, endpoint.ToString());
        return Encoding.ASCII.GetBytes(
            $"POST {endpoint.AbsolutePath} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nAuthorization: Bearer {token}\r\n"
                + "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMcp-Session-Id: unknown\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n{body}");
    }

    // Returns whether the proxy takes no more, because it waits for the client.
    private static async Task<bool> SendAsync(NetworkStream stream, byte[] request)
    {
        try
        {
            while (true)
            {
                using var patience = new CancellationTokenSource(Stall);
                await stream.WriteAsync(request, patience.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (IOException)
        {
            return false; // it was cut off before
        }
    }

    private sealed class DrainableGateway(GatewayHost host) : IDrainableProxy
    {
        public Uri Endpoint => new(host.Snapshots.Current.Settings.Resource(host.Snapshots.Current.Settings.Servers[0]));

        public static async Task<IDrainableProxy> StartAsync(RangeFixture fixture, PartReplacements replacements)
        {
            var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
            var url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
            return new DrainableGateway(fixture.Own(await GatewayHost.StartAsync(
                new GatewaySettings
                {
                    PublicUrl = url,
                    Listen = new ListenSettings { Url = url },
                    Servers = [Upstream.Http(server.Url)],
                    Rules = [Policies.Everything],
                    Issuers = [new IssuerSettings { Issuer = fixture.Issuer.Name }],
                    StateDirectory = fixture.AnotherFolder("gateway"),
                },
                new GatewayHostOptions { Log = fixture.Log, Replacements = replacements }).ConfigureAwait(false)));
        }

        public async Task<bool> DrainAsync(TimeSpan patience)
        {
            var account = new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId());
            return (await GatewayAdministration.ControlOf(host).HandleAsync(new Drain(patience), account).ConfigureAwait(false)).Ok;
        }
    }
}
