using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>Under a flood of sign-ins, good and bad ones, of several addresses, the sums in the log agree with what was sent (ID-08).</summary>
[Trait("Requirement", "ID-08")]
[Trait("NoRetry", "yes")]
public sealed class AttemptFloodTests
{
    private static readonly int Requests = TestSize.Of(10_000, 10_000, 100_000);

    [Fact]
    public async Task AFloodOfSeveralSourcesAndReasons_AddsUp_AndOneAttemptAmongItIsSeen()
    {
        await using var gateway = await TestGateway.StartAsync(keepState: true);
        var sent = Flood(gateway);
        var sending = SendAsync(gateway, sent);
        // One attempt of a person, in the middle of it.
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token("bob")));
        await sending;

        var found = await AttemptSums.CloseAsync(gateway);
        var expected = sent.GroupBy(one => one.Name).ToDictionary(group => group.Key, group => group.LongCount());
        expected["mcp pass"] = expected.GetValueOrDefault("mcp pass") + 1;
        Assert.Equal(expected.OrderBy(one => one.Key, StringComparer.Ordinal), found);
        Assert.Contains(gateway.Entries(), entry => entry.TryGetProperty("sub", out var who) && who.GetString() == "bob");
        // Far fewer entries than attempts, and each source has its own.
        Assert.InRange(gateway.Entries().Count, 100, Requests / 2);
        foreach (var address in Addresses)
            Assert.Contains(gateway.Entries(), entry => entry.TryGetProperty("peer", out var peer) && peer.GetString() == address.ToString());
        Directory.Delete(gateway.Host.State.Root, recursive: true);
    }

    [Fact]
    public async Task ALogWithoutSpaceForAWhile_CountsWhatItLost()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-log-");
        var directory = new SpaceFolder(folder.FullName);
        var log = new GroupCommitLog(new AuditLogOptions { Directory = folder.FullName, RefusalBurst = 50 }, directory,
            new SealedLogKeys(KeyRing.CreateInMemory(TimeProvider.System), folder.FullName + "-keys", "log.example"));
        var sent = 0;
        await using (var gateway = await TestGateway.StartAsync(audit: log))
        {
            await SendAsync(300);
            directory.Free = 1;
            await SendAsync(300);
            await Eventually.TrueAsync(() => !log.IsAvailable, "the log has no room");
            // Attempts are counted together for a while. On a slow machine none of these counts may be due while the log has no room.
            do await SendAsync(300);
            while (log.Statistics.Lost == 0);
            directory.Free = long.MaxValue;
            await Eventually.TrueAsync(() => log.IsAvailable, "the log has room again");
            await SendAsync(300);

            async Task SendAsync(int count)
            {
                for (var i = 0; i < count; i++, sent++)
                    Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post("{}", "not-a-token"))).Status);
            }
        }

        await log.DisposeAsync();
        var entries = AuditLogReader.Read(folder.FullName).ToList();
        Assert.Equal([KeyValuePair.Create("mcp deny Malformed", (long)sent)], AttemptSums.Of(entries));
        Assert.Contains(entries, entry => entry.TryGetProperty("act", out var act) && act.GetString() == "log.gap"
            && entry.GetProperty("attempts").GetArrayLength() > 0);
        folder.Delete(recursive: true);
        Directory.Delete(folder.FullName + "-keys", recursive: true);
    }

    private static IPAddress[] Addresses { get; } = [.. Enumerable.Range(1, 5).Select(last => IPAddress.Parse($"127.0.0.{last}"))];

    private static List<(string Name, string? Token, int Address)> Flood(TestGateway gateway)
    {
        var good = gateway.Token();
        (string Name, string? Token)[] kinds =
        [
            ("mcp deny Missing", null), ("mcp deny Malformed", "not-a-token"), ("mcp deny AudienceMismatch", gateway.Token(audience: "https://other.example/mcp")),
            ("mcp deny SignatureInvalid", good[..^10] + (good[^10] == 'A' ? 'B' : 'A') + good[^9..]), ("mcp pass", good),
        ];
        return [.. Enumerable.Range(0, Requests).Select(i => (kinds[i % kinds.Length].Name, kinds[i % kinds.Length].Token, i / kinds.Length % 5))];
    }

    private static async Task SendAsync(TestGateway gateway, List<(string Name, string? Token, int Address)> sent)
    {
        var clients = Addresses.Select(ClientAt).ToList();
        await Parallel.ForEachAsync(sent, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (one, cancellation) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url) { Content = new ByteArrayContent("{}"u8.ToArray()) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
            if (one.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await clients[one.Address].SendAsync(request, cancellation);
            await response.Content.ReadAsByteArrayAsync(cancellation);
        });
        foreach (var client in clients) client.Dispose();
    }

    private static HttpMessageInvoker ClientAt(IPAddress address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        MaxConnectionsPerServer = 8,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });
}
