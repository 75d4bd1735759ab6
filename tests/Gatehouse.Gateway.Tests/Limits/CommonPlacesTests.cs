using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Gateway.Tests.Decisions;
using Gatehouse.Identity.Partitions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Places that callers have in common and hold for a while: one caller holds what it can get, and another is served (CWE-770).</summary>
[Trait("Requirement", "EX-03")]
[Trait("NoRetry", "yes")]
public sealed class CommonPlacesTests
{
    private const string Echo = "\"name\":\"echo\"";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task ConnectionsOfOneAddress_LeaveOthersTheirPart()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs 127.0.0.2, an address of the machine on Linux alone");
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { Connections = 24 } });
        var places = gateway.Host.Core.Services.Connections;
        var clients = new List<TcpClient>();
        try
        {
            // Connected, and a head that never ends: nothing tells who it is but the address.
            for (var i = 0; i < 12; i++) clients.Add(await ConnectAsync(gateway, IPAddress.Loopback, "GET / HTTP/1.1\r\nHo"));
            await Eventually.TrueAsync(() => places is { Open: 3, Refused: 9 }, "the part of one address is taken and no more");
            Assert.Contains("connections of 127.0.0.1 are closed: it has its 3 (limits.connectionsPerAddress)", gateway.Diagnostics,
                StringComparison.Ordinal);
            clients.Add(await ConnectAsync(gateway, IPAddress.Parse("127.0.0.2"), $"GET / HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\n\r\n"));
            var answer = new byte[12];
            await clients[^1].GetStream().ReadExactlyAsync(answer).AsTask().WaitAsync(Patience);
            Assert.StartsWith("HTTP/1.1 ", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Eventually.TrueAsync(() => places.Open == 0, "closed connections give their places back");
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", Echo, "echo"))).Status);
    }

    // Many people, or a proxy that is not named, share the address of whoever opens them.
    [Fact]
    public async Task SilentConnections_MakeRoomForACallerOfTheirAddress_AndTheCallersConnectionStays()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { ConnectionsPerAddress = 3 } });
        var places = gateway.Host.Core.Services.Connections;
        var silent = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 3; i++) silent.Add(await ConnectAsync(gateway, IPAddress.Loopback, ""));
            await Eventually.TrueAsync(() => places is { Open: 3, Refused: 0 }, "the part of the address is taken");
            using var caller = new TcpClient();
            await caller.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
            Assert.Equal("200", await PingAsync(gateway, caller));
            await Eventually.TrueAsync(() => places is { Open: 3, Refused: 1 }, "the oldest silent one made room");
            for (var i = 0; i < 6; i++) silent.Add(await ConnectAsync(gateway, IPAddress.Loopback, "GET / HTTP/1.1\r\nHo"));
            await Eventually.TrueAsync(() => places is { Open: 3, Refused: 7 }, "silent ones make room for silent ones");
            Assert.Equal("200", await PingAsync(gateway, caller));
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    private static async Task<string> PingAsync(TestGateway gateway, TcpClient client)
    {
        const string body = """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {gateway.Url.AbsolutePath} HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token()}\r\n"
            + "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n{body}"));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().TrimEnd().EndsWith('}'))
        {
            var read = await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Patience);
            if (read == 0) return "closed";
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString()["HTTP/1.1 ".Length..][..3];
    }

    [Fact]
    public async Task ConnectionsOfOneAddress_HaveABoundOfTheirOwn_AndNamedProxiesHaveNone()
    {
        await using var bounded = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { ConnectionsPerAddress = 1 } });
        using var one = await ConnectAsync(bounded, IPAddress.Loopback, "");
        await Eventually.TrueAsync(() => bounded.Host.Core.Services.Connections.Open == 1, "it is there");
        using var two = await ConnectAsync(bounded, IPAddress.Loopback, "");
        await Eventually.TrueAsync(() => bounded.Host.Core.Services.Connections is { Open: 1, Refused: 1 }, "the second has the place");

        await using var proxied = await TestGateway.StartAsync(s => s with
        {
            Limits = s.Limits with { ConnectionsPerAddress = 1 },
            Listen = s.Listen with { TlsEndedByProxies = ["127.0.0.1"] },
        });
        using var three = await ConnectAsync(proxied, IPAddress.Loopback, "");
        using var four = await ConnectAsync(proxied, IPAddress.Loopback, "");
        await Eventually.TrueAsync(() => proxied.Host.Core.Services.Connections is { Open: 2, Refused: 0 }, "both are let in");
    }

    // The threat: one client behind an address opens silent connections, and no other behind it is let in (CWE-770).
    [Fact]
    public async Task ANewConnection_TakesThePlaceOfTheLongestSilentOne_AndNeverOfOneThatHasCarriedAToken()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { ConnectionsPerAddress = 3 } });
        var places = gateway.Host.Core.Services.Connections;
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", Echo, "echo"))).Status); // its connection stays open
        using var silent = await ConnectAsync(gateway, IPAddress.Loopback, "");
        await Eventually.TrueAsync(() => places.Open == 2, "the silent one is there");
        using var asking = await ConnectAsync(gateway, IPAddress.Loopback, $"GET / HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\n\r\n");
        await asking.GetStream().ReadExactlyAsync(new byte[12]).AsTask().WaitAsync(Patience);

        using var third = await ConnectAsync(gateway, IPAddress.Loopback, $"GET / HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\n\r\n");
        await third.GetStream().ReadExactlyAsync(new byte[12]).AsTask().WaitAsync(Patience);
        Assert.True(await IsClosedAsync(silent));
        using var fourth = await ConnectAsync(gateway, IPAddress.Loopback, "");
        Assert.True(await IsClosedAsync(asking));
        Assert.Equal((3, 2), (places.Open, places.Refused));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", Echo, "echo"))).Status);
        Assert.Equal(3, places.Open); // the call had the connection of before
    }

    [Fact]
    public async Task WhereEachConnectionHasCarriedAToken_ANewOneIsClosed()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { ConnectionsPerAddress = 1 } });
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", Echo, "echo"))).Status);
        using var other = await ConnectAsync(gateway, IPAddress.Loopback, "");
        Assert.True(await IsClosedAsync(other));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", Echo, "echo"))).Status);
    }

    [Fact]
    public async Task CallsOfOneCallerThatHang_LeaveOthersPlacesAtTheServer()
    {
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Concurrency = 8, QueuePerCaller = 4, QueueWait = TimeSpan.FromMinutes(5) }] },
            rules: [new PolicyRule { Id = "all" }]);
        var over = new TaskCompletionSource();
        gateway.Upstream.On("tools/call", async (context, message) =>
        {
            if (message.GetProperty("params").TryGetProperty("arguments", out _))
                await over.Task.WaitAsync(context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            await RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}");
        });
        await gateway.CallAsync(gateway.Modern("tools/call", Echo, "echo", gateway.Token("bob"))); // the list is known
        var hanging = Enumerable.Range(0, 12)
            .Select(_ => gateway.CallAsync(gateway.Modern("tools/call", Echo + ",\"arguments\":{\"hang\":1}", "echo", gateway.Token("mallory"))))
            .ToList();
        // Four have a place, four wait for one, and four are refused.
        await Eventually.TrueAsync(() => hanging.Count(call => call.IsCompleted) == 4 && gateway.Host.Registry.Waiting("up") == 4,
            "mallory has what can be had");
        Assert.Equal(HttpStatusCode.OK,
            (await gateway.CallAsync(gateway.Modern("tools/call", Echo, "echo", gateway.Token("bob"))).WaitAsync(Patience)).Status);
        over.SetResult();
        Assert.Equal(8, (await Task.WhenAll(hanging).WaitAsync(Patience)).Count(answer => answer.Status == HttpStatusCode.OK));
    }

    [Fact]
    public async Task QuestionsOfOneCallerThatHang_LeaveOthersTurnsAtTheDecisionPoint()
    {
        await using var point = await StandInPoint.StartAsync();
        var over = new TaskCompletionSource();
        point.Script = async (context, question) =>
        {
            if (question.GetProperty("subject").GetProperty("id").GetString() == "mallory")
                await over.Task.WaitAsync(context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            await StandInPoint.Json(context, question.TryGetProperty("evaluations", out var list)
                ? $"{{\"evaluations\":[{string.Join(',', list.EnumerateArray().Select(_ => "{\"decision\":true}"))}]}}" : "{\"decision\":true}");
        };
        await using var gateway = await TestGateway.StartAsync(
            s => s with
            {
                DecisionPoint =
                new DecisionPointSettings
                { Url = point.Url, Timeout = Patience, Concurrency = 4, Cache = new DecisionCacheSettings { Positive = TimeSpan.Zero } }
            },
            rules: [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["bob", "mallory"]) } }]);
        var hanging = Enumerable.Range(0, 10)
            .Select(i => gateway.CallAsync(gateway.Modern("tools/call", $"\"name\":\"t{i}\"", $"t{i}", gateway.Token("mallory")))).ToList();
        await Eventually.TrueAsync(() => point.Asked.Count == 2, "half of the turns are taken");
        for (var again = 0; again < 3; again++)
            Assert.Equal(HttpStatusCode.OK,
                (await gateway.CallAsync(gateway.Modern("tools/call", Echo, "echo", gateway.Token("bob"))).WaitAsync(Patience)).Status);
        Assert.All(hanging, call => Assert.False(call.IsCompleted));
        Assert.Equal(2, point.Asked.Count(static question => question.GetProperty("subject").GetProperty("id").GetString() == "mallory"));
        over.SetResult();
        await Task.WhenAll(hanging).WaitAsync(Patience);
    }

    [Fact]
    public async Task AnEnforcementPointThatAsksSlowly_LeavesOthersPlacesAtTheDecisionService()
    {
        await using var gateway = await TestGateway.StartAsync(
            s => s with
            {
                Limits = s.Limits with { MinBodyBytesPerSecond = 1 },
                DecisionService = new DecisionServiceSettings
                { Who = new WhoClause { Subjects = new NameSet(["slow", "enforcer"]) }, Concurrency = 4 },
            },
            rules: [new PolicyRule { Id = "all" }]);
        var audience = gateway.Host.Snapshots.Current.Settings.DecisionServiceResource;
        const string question =
            """{"subject":{"type":"user","id":"alice"},"action":{"name":"tools/call"},"resource":{"type":"tool","id":"echo","properties":{"server":"up"}}}""";
        HttpRequestMessage Ask(string subject) => new(HttpMethod.Post, new Uri(gateway.Host.Address, "/access/v1/evaluation"))
        {
            Content = new StringContent(question, Encoding.UTF8, "application/json"),
            Headers = { { "Authorization", "Bearer " + gateway.Token(subject, audience) } },
        };
        using var client = new HttpClient();
        var half = new List<TcpClient>();
        try
        {
            // A question in part is refused itself while another of the same asker is answered: so there is one more each time.
            await Eventually.TrueAsync(
                async () =>
                {
                    half.Add(await ConnectAsync(
                        gateway, IPAddress.Loopback,
                        $"POST /access/v1/evaluation HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token("slow", audience)}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{new string(' ', 400)}"));
                    return (await client.SendAsync(Ask("slow"))).StatusCode == HttpStatusCode.ServiceUnavailable;
                },
                "the slow one has half of the places, which is more than its part");
            for (var again = 0; again < 3; again++) Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(Ask("enforcer"))).StatusCode);
        }
        finally
        {
            half.ForEach(connection => connection.Dispose());
        }
    }

    // While the store takes nothing, what cannot be kept is known in this process; it is kept once the store takes it.
    [Fact]
    public async Task ClaimsThatTheStoreDoesNotTake_AreKeptOnceItDoes()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-claims-");
        var clock = new ManualTimeProvider();
        await using (var store = Store.Open(Path.Combine(folder.FullName, "store.db"), clock, new StoreOptions { RowLimit = 4 }))
        {
            var refusals = 0;
            var claims = new TaskClaims(store.TaskOwners, clock, new EventTexts(_ => Interlocked.Increment(ref refusals)));
            HeldClaim Of(string caller, int number, int days) =>
                new(CallerPartition.Of("i", caller), "up", Digest(number), Digest(caller[0]), Digest(1000 + caller[0]),
                    clock.GetUtcNow().AddDays(days));
            foreach (var caller in new[] { "a", "b", "c", "d" }) Assert.True(claims.TryAdd(Of(caller, caller[0], 1), 25));
            await Eventually.TrueAsync(() => claims.Unstored == 0, "the store has them, and is full");
            Assert.True(claims.TryAdd(Of("e", 1, 3), 25));
            Assert.True(claims.TryAdd(Of("f", 2, 3), 25));
            await Eventually.TrueAsync(() => Volatile.Read(ref refusals) == 2, "the store takes neither");
            Assert.Equal(2, claims.Unstored);
            clock.Advance(TimeSpan.FromDays(2));
            Assert.True(claims.TryAdd(Of("g", 3, 3), 25));
            await Eventually.TrueAsync(() => claims.Unstored == 0, "there is room again, and those that waited are kept as well");
            Assert.Equal(Digest('e'), await store.TaskOwners.FindAsync("up", Digest(1), clock.GetUtcNow()));
        }

        folder.Delete(recursive: true);
    }

    private static byte[] Digest(int number) => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number));

    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        try
        {
            var rest = new byte[4096];
            while (await client.GetStream().ReadAsync(rest).AsTask().WaitAsync(Patience) > 0) { }
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return true; // reset, perhaps before it was used
        }
    }

    private static async Task<TcpClient> ConnectAsync(TestGateway gateway, IPAddress from, string sends)
    {
        var client = new TcpClient(new IPEndPoint(from, 0));
        try
        {
            await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sends));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Closed at once: what a connection beyond the part meets. Which ones were let in is asserted by their number and their answers.
        }

        return client;
    }
}
