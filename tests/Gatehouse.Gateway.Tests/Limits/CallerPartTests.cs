using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>One caller against all others: what callers have in common has a part for each (CWE-770).</summary>
[Trait("Requirement", "EX-03")]
public sealed class CallerPartTests
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task HalfSentBodiesOfOneCaller_LeaveOthersTheirPart()
    {
        const int body = 60_000;
        await using var gateway = await TestGateway.StartAsync(s => s with
        {
            Limits = s.Limits with { BufferedBytes = 500_000, MinBodyBytesPerSecond = 1 },
            Servers = [s.Servers[0] with { RequestBytes = 1 << 16 }],
        });
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[]}""");
        var clients = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 10; i++) clients.Add(await HalfAsync(gateway, body));
            var mallory = CallerPartition.Of(gateway.Host.Development!.TrustedIssuer.Profile.Issuer, "mallory");
            // One of them is held; what the others sent was refused to them alone.
            Assert.True(SpinWait.SpinUntil(() => gateway.Host.Budget.UsedBy(mallory) is > 0 and <= 1 << 16 && gateway.Host.Registry.Count == 1,
                Patience));
            Assert.Equal(HttpStatusCode.OK,
                (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token("bob")))).Status);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Eventually.TrueAsync(() => gateway.Host.Budget.Used == 0 && gateway.Host.Registry.Count == 0, "no byte is held");
    }

    [Fact]
    public async Task ABody_NeedsAPlaceOfTheCallerBeforeItsFirstByte()
    {
        await using var gateway =
            await TestGateway.StartAsync(s => s with { Limits = s.Limits with { ConcurrencyPerCaller = 2, MinBodyBytesPerSecond = 1 } });
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[]}""");
        using var one = await HalfAsync(gateway, 0);
        using var two = await HalfAsync(gateway, 0);
        // An exchange is under way before its caller is known; it takes a place of the caller after that.
        await Eventually.TrueAsync(() => gateway.Host.Registry.OfCallers.Count == 2, "both requests have a place of their caller");
        var (status, refused, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token("mallory")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("GH1013", refused.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.OK,
            (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token("bob")))).Status);
    }

    [Fact]
    public async Task ABodyThatIsNotThereInTime_EndsWhateverItsRate()
    {
        var clock = new ManualTimeProvider();
        await using var gateway =
            await TestGateway.StartAsync(s => s with { Limits = s.Limits with { BodyTimeout = TimeSpan.FromSeconds(30), MinBodyBytesPerSecond = 1 } },
                clock);
        using var client = await HalfAsync(gateway, 100);
        await Eventually.TrueAsync(() => gateway.Host.Registry.Count == 1, "one exchange is under way");
        var answer = new byte[12];
        var read = client.GetStream().ReadExactlyAsync(answer).AsTask();
        // The clock goes on until the reading of the body has begun and its time has passed; slowly, for the token is of the same clock.
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), read);
        await read;
        Assert.Equal("HTTP/1.1 408", Encoding.ASCII.GetString(answer));
    }

    [Theory]
    [InlineData(8 << 20, 12, 4 << 20, 4 << 20)] // a small budget: one legal message fits, and no more
    [InlineData(256 << 20, 12, 4 << 20, 32212255)]
    [InlineData(8 << 20, 100, 4 << 20, 8 << 20)]
    [InlineData(1 << 20, 12, 4 << 20, 1 << 20)]
    public void PartOfACaller_IsNeverLessThanTheLargestMessage(long capacity, int share, long largest, long most)
    {
        var budget = new ByteBudget(capacity, () => share);
        var caller = CallerPartition.Of("i", "mallory");
        budget.Take(caller, most, largest);
        var refusal = Assert.Throws<RefusalException>(() => budget.Take(caller, 1, largest)).Refusal;
        Assert.Equal(most < capacity ? Reasons.CallerPartSpent : Reasons.TooBusy, refusal.Reason);
        if (most < capacity) budget.Take(CallerPartition.Of("i", "bob"), Math.Min(largest, capacity - most), largest);
    }

    [Fact]
    public async Task AtItsPart_TheCallersOwnLongestIdleSessionEnds_AndOthersBegin()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Sessions = s.Sessions with { Max = 20 } });
        var own = new List<string>();
        for (var i = 0; i < 20; i++) own.Add(await gateway.InitializeAsync());
        Assert.Equal(3, gateway.Host.Sessions.Count);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(gateway.Post(Ping, null, ("Mcp-Session-Id", own[16])))).Status);
        // used last: it stays
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Ping, null, ("Mcp-Session-Id", own[17])))).Status);
        await gateway.InitializeAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Ping, null, ("Mcp-Session-Id", own[17])))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(gateway.Post(Ping, null, ("Mcp-Session-Id", own[18])))).Status);
        await gateway.InitializeAsync(gateway.Token("bob"));
    }

    [Fact]
    public async Task SessionsInUse_DoNotEnd_AndTheRefusalConcernsTheirCallerAlone()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Sessions = s.Sessions with { Max = 8 } });
        var open = new TaskCompletionSource();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            open.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var handle = await gateway.InitializeAsync();
        var stream = gateway.CallAsync(gateway.Get(null, ("Mcp-Session-Id", handle)));
        await open.Task.WaitAsync(Patience);
        var (status, body, response) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody));
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal("GH5006", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.NotNull(response.Headers.RetryAfter);
        await gateway.InitializeAsync(gateway.Token("bob"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Delete(null, ("Mcp-Session-Id", handle)))).Status);
        await stream.WaitAsync(Patience);
        await gateway.InitializeAsync();
    }

    [Fact]
    public async Task RestoredSessionsCount_AndWhatEndedStaysEnded()
    {
        var state = Directory.CreateTempSubdirectory("gatehouse-state-");
        var caller = Callers.Token("http://127.0.0.1:1", "alice", "c");
        string ended, kept;
        await using (var first = await StartAsync(state.FullName))
        {
            (_, ended) = await OpenAsync(first, caller);
            (_, kept) = await OpenAsync(first, caller);
            (var over, _) = await OpenAsync(first, caller);
            await first.Host.Sessions.EndAsync(over);
            Assert.Equal(2, first.Host.Sessions.Count);
        }

        await using (var second = await StartAsync(state.FullName))
        {
            Assert.Equal(2, second.Host.Sessions.Count);
            await OpenAsync(second, caller); // a third, of three
            await OpenAsync(second, caller); // the one that was not seen for longest ends
            Assert.Equal(3, second.Host.Sessions.Count);
            Assert.Null(await FindAsync(second, ended, caller));
            Assert.NotNull(await FindAsync(second, kept, caller));
        }

        await using (var third = await StartAsync(state.FullName))
        {
            Assert.Null(await FindAsync(third, ended, caller));
            Assert.NotNull(await FindAsync(third, kept, caller));
        }

        state.Delete(recursive: true);
    }

    [Fact]
    public async Task SessionsOpenedAndEnded_LeaveNoRowAndNeverFillATable()
    {
        var state = Directory.CreateTempSubdirectory("gatehouse-state-");
        await using (var gateway = await StartAsync(state.FullName))
        {
            var caller = Callers.Token("http://127.0.0.1:1", "alice", "c");
            for (var round = 0; round < 20; round++)
            {
                var opened = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => (await OpenAsync(gateway, caller)).Session));
                await Task.WhenAll(opened.Select(session => gateway.Host.Sessions.EndAsync(session).AsTask()));
            }

            Assert.Equal(0, gateway.Host.Sessions.Count);
            Assert.Empty(await gateway.Host.Core.Services.Store.Sessions.ListAsync(DateTimeOffset.MinValue));
        }

        state.Delete(recursive: true);
    }

    private static Task<TestGateway> StartAsync(string state) =>
        TestGateway.StartAsync(s => s with { Sessions = s.Sessions with { Max = 20 }, StateDirectory = state }, keepState: true);

    private static async Task<(SessionBinding Session, string Handle)> OpenAsync(TestGateway gateway, VerifiedToken caller)
    {
        var settings = gateway.Host.Snapshots.Current.Settings;
        return await gateway.Host.Sessions.CreateAsync(caller, settings.Servers[0], settings.Sessions, "u", ProtocolRevision.V20251125,
            ClientCapabilities.None);
    }

    private static async Task<SessionBinding?> FindAsync(TestGateway gateway, string handle, VerifiedToken caller)
    {
        var settings = gateway.Host.Snapshots.Current.Settings;
        return (await gateway.Host.Sessions.OpenAsync(handle, caller, settings.Servers[0], settings.Sessions, CancellationToken.None)).Session;
    }

    // Announces a whole message of a caller without any right and sends a part of it.
    private static async Task<TcpClient> HalfAsync(TestGateway gateway, int bytes)
    {
        var client = new TcpClient();
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /mcp HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token("mallory")}\r\nContent-Type: "
                + $"application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: 65000\r\n\r\n");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string(' ', bytes)));
        return client;
    }
}
