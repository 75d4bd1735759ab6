using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>
/// Memory stays flat whatever arrives (EX-03, H34): the tables and budgets by their sizes, and the heap within a bound that is
/// generous against what would be held otherwise.
/// </summary>
[Collection(MemoryCollection.Name)]
[Trait("Requirement", "EX-03")]
public sealed class MemoryTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task SessionsOpenedAndAbandoned_LeaveNothing()
    {
        var most = TestSize.Of(400, 400, 2000);
        var part = most / 100 * 12; // of one caller
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(s => s with { Sessions = s.Sessions with { Max = most } }, clock);
        var settings = gateway.Host.Snapshots.Current.Settings;
        var caller = Callers.Token("http://127.0.0.1:1", "alice", "c");
        var before = Heap();
        for (var opened = 0; opened < 50 * most; opened += 400)
        {
            await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => gateway.Host.Sessions.CreateAsync(
                caller, settings.Servers[0], settings.Sessions, "u", ProtocolRevision.V20251125, ClientCapabilities.None).AsTask()));
            Assert.Equal(part, gateway.Host.Sessions.Count);
        }

        Assert.Equal(part, gateway.Host.Sessions.Entries.Count);
        Assert.Equal(part, (await gateway.Host.Core.Services.Store.Sessions.ListAsync(clock.GetUtcNow())).Count);
        clock.Advance(TimeSpan.FromHours(13));
        Assert.Empty(gateway.Host.Sessions.Entries);
        AssertHeap(before, (most * 8192) + (2 * MiB)); // all sessions would be more than twice as much
    }

    [Fact]
    public async Task HugeResultsForClientsThatDoNotRead_AreBoundByTheBudget()
    {
        await using var gateway =
            await TestGateway.StartAsync(
                s => s with
                {
                    Limits = s.Limits with { BufferedBytes = 20 * MiB, CallerShare = 100 },
                    Servers = [s.Servers[0] with { ResponseBytes = (int)(8 * MiB) }]
                });
        var huge = Encoding.ASCII.GetBytes(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + new string('x', (int)(6 * MiB)) + "\"}]}}");
        gateway.Upstream.WithoutSessions().On("tools/call", async (context, _) =>
        {
            // In pieces, so that the stand-in holds no copies of its own.
            context.Response.ContentType = "application/json";
            for (var at = 0; at < huge.Length; at += 32768) await context.Response.Body.WriteAsync(
                huge.AsMemory(at, Math.Min(32768, huge.Length - at)), context.RequestAborted);
        });
        var before = Heap();
        var clients = new List<TcpClient>();
        for (var i = 0; i < 20; i++) clients.Add(
            await DeafAsync(gateway, """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}"""));
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 20, "the calls are at the server");
        Assert.True(SpinWait.SpinUntil(() => gateway.Host.Registry.Count <= 3, TimeSpan.FromMinutes(2)),
            "more answers are held than the budget has room for");
        Assert.True(gateway.Host.Budget.Used <= 20 * MiB);
        AssertHeap(before, 64 * MiB); // twenty of them would be 120 MiB and more
        foreach (var client in clients) client.Dispose();
        await Eventually.TrueAsync(() => gateway.Host.Budget.Used == 0 && gateway.Host.Registry.Count == 0, "no byte is held");
    }

    [Fact]
    public async Task AnEndlessStreamForAClientThatDoesNotRead_StopsTheServer()
    {
        await using var gateway =
            await TestGateway.StartAsync(
                s => s with { Servers = [s.Servers[0] with { Notifications = new Rate(999_999, TimeSpan.FromSeconds(1)) }] });
        var written = 0L;
        var text = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\""
            + new string('x', 16_000) + "\"}}\n\n";
        gateway.Upstream.On("GET", async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await RecordingUpstream.Events(context, text);
                Interlocked.Add(ref written, text.Length);
            }
        });
        var handle = await gateway.InitializeAsync();
        var before = Heap();
        using var client = await DeafAsync(gateway, null, $"Mcp-Session-Id: {handle}\r\n");
        var last = await Eventually.StillAsync(() => Interlocked.Read(ref written), "the server stops writing");
        Assert.True(last < 64 * MiB);
        AssertHeap(before, 32 * MiB);
    }

    [Fact]
    public async Task AFloodOfNotifications_IsHeldNowhere()
    {
        await using var gateway = await TestGateway.StartAsync();
        const string one = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"file:///";
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            for (var round = 0; round < 200; round++)
            {
                var frames = new StringBuilder();
                for (var i = 0; i < 1000; i++) frames.Append(one).Append(round * 1000 + i).Append("\"}}\n\n");
                await RecordingUpstream.Events(context, frames.ToString());
            }

            await RecordingUpstream.Events(context, "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}\n\n");
        });
        var before = Heap();
        var handle = await gateway.InitializeAsync();
        var (status, _, response) =
            await gateway.CallAsync(
                gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""", null, ("Mcp-Session-Id", handle)));
        Assert.Equal(HttpStatusCode.OK, status);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"result\"", text, StringComparison.Ordinal);
        Assert.True(text.Length < 2 * MiB, "the flood came through"); // of 200,000 events, those of the rate and 64 changes
        AssertHeap(before, 16 * MiB);
    }

    // Threat: a server sends one large event on each of thousands of streams, and then nothing. No budget counts what a stream keeps of it (CWE-770).
    [Fact]
    public async Task IdleStreams_KeepNothingOfTheEventsThatTheyRelayed()
    {
        const int streams = 24;
        await using var gateway =
            await TestGateway.StartAsync(s => s with { Limits = s.Limits with { StreamsPerCaller = streams, CallerShare = 100 } });
        var text = $"id: {new string('i', 4000)}\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{{\"level\":\"info\","
            + $"\"data\":\"{new string('x', (int)MiB)}\"}}}}\n\n";
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, text);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var handle = await gateway.InitializeAsync();
        using var client = new HttpClient();
        var opened = new List<Stream>();
        var before = 0L;
        for (var i = 0; i < streams; i++)
        {
            if (i == 4) before = Heap(); // buffers of the pools come with the first
            opened.Add(await OpenAndReadAsync());
        }

        AssertHeap(before, (streams - 4) * MiB / 2);
        foreach (var stream in opened) await stream.DisposeAsync();

        async Task<Stream> OpenAndReadAsync()
        {
            var request = gateway.Get(null, ("Mcp-Session-Id", handle));
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var stream = await response.Content.ReadAsStreamAsync();
            var block = new byte[16_384];
            for (long all = 0; all < MiB;)
            {
                var read = await stream.ReadAsync(block);
                Assert.True(read > 0, $"the stream ended behind {all} bytes");
                all += read;
            }

            return stream;
        }
    }

    // Threat: a server sends a large part of an event on each of its streams, and then nothing (CWE-770).
    [Fact]
    public async Task AnUnfinishedEvent_CountsAgainstTheBudget()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, "data: " + new string('x', (int)MiB));
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var handle = await gateway.InitializeAsync();
        using var client = await DeafAsync(gateway, null, $"Mcp-Session-Id: {handle}\r\n");
        await Eventually.TrueAsync(() => gateway.Host.Budget.Used >= MiB, "the unfinished event is counted");
        client.Dispose();
        await Eventually.TrueAsync(() => gateway.Host.Budget.Used == 0, "no byte is held");
    }

    // Sends a request and reads nothing of the answer.
    private static async Task<TcpClient> DeafAsync(TestGateway gateway, string? body, string headers = "")
    {
        var client = new TcpClient { ReceiveBufferSize = 8192 };
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
        var head = $"{(body is null ? "GET" : "POST")} /mcp HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token()}\r\n{headers}"
            + (body is null ? "Accept: text/event-stream\r\n\r\n"
            : $"Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        return client;
    }

    private static long Heap()
    {
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void AssertHeap(long before, long bound)
    {
        var grown = Heap() - before;
        Assert.True(grown < bound, $"the heap grew by {grown / MiB} MiB, {bound / MiB} MiB are allowed");
    }
}
