using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Tree;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// A gateway that is killed in the middle of its work. Each call has a mark of its own in its arguments, so that calls, entries and answers are
/// compared one by one.
/// </summary>
[Trait("Requirement", "AU-06")]
[Trait("NoRetry", "yes")]
public sealed class CrashTests : IDisposable
{
    private const int Clients = 16;
    private const int CallsBetweenKills = 150;

    private static readonly int Kills = TestSize.Of(1, 10, 100);

    private readonly DirectoryInfo outside = Directory.CreateTempSubdirectory("gatehouse-outside-");

    public void Dispose() => outside.Delete(recursive: true);

    [Fact]
    public async Task KilledAgainAndAgain_EveryCallTheUpstreamSawHasItsBegunEntry_AndTheTreeVerifies()
    {
        Peers.Require();
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var provider = await Servers.ProviderAsync();
        await using var gateway = await GatewayProcess.StartAsync(basis => basis with
        {
            Issuers = [provider.Address],
            Anyone = true,
            KeepPayloads = true,
            OutcomeBeforeReply = true,
            Servers = [new("up", "/mcp") { Url = upstream.Url.ToString() }],
        });
        var token = await ServiceToken.FetchAsync(provider.Address, gateway.Resource("/mcp"));
        var answered = new ConcurrentBag<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = upstream.Of("tools/call").Count;
            using var stop = new CancellationTokenSource();
            var load = Enumerable.Range(0, Clients)
                .Select(client => LoadAsync(gateway.Resource("/mcp"), token, $"{kill}-{client}", answered, stop.Token)).ToArray();
            Assert.True(SpinWait.SpinUntil(() => upstream.Of("tools/call").Count > before + CallsBetweenKills, TimeSpan.FromMinutes(3)));
            // A checkpoint that has left the machine before the kill is a promise.
            File.Copy(Path.Join(gateway.AuditFolder, "log-0001", "checkpoint"), Path.Join(outside.FullName, kill.ToString(CultureInfo.InvariantCulture)));
            await gateway.KillAndRestartAsync();
            await stop.CancelAsync();
            await Task.WhenAll(load);
        }

        AssertCallByCall(gateway, upstream.Of("tools/call").Select(request => MarkOf(request.Body)).ToList(), [.. answered]);
        await AssertVerifiedAsync(gateway.AuditFolder, outside);
    }

    private static void AssertCallByCall(GatewayProcess gateway, List<string> seen, List<string> answered)
    {
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        var entries = OpenedLog.Read(gateway.AuditFolder, TimeProvider.System).ToList();
        var begun = entries.Where(e => Text(e, "kind") == "begun" && Text(e, "method") == "tools/call").ToList();
        var marks = KeptMarks(gateway, begun);
        Assert.Empty(seen.Except(marks.Keys, StringComparer.Ordinal));
        // At each kill, every client had one call under way at the most.
        var unseen = marks.Keys.Except(seen, StringComparer.Ordinal).GroupBy(mark => mark.Split('-')[0]);
        Assert.All(unseen, group => Assert.InRange(group.Count(), 1, Clients));
        // The setting promises the outcome before the answer.
        Assert.NotEmpty(answered);
        var ended = entries.Where(e => Text(e, "kind") == "ended").Select(e => Text(e, "id")).ToHashSet(StringComparer.Ordinal);
        Assert.All(answered, mark => Assert.Contains(marks[mark], ended));
        // ID-08: the attempt of a call is in its first entry, so no call that the upstream saw lacks it, and none has it twice.
        Assert.All(begun, e => Assert.Equal(1, e.GetProperty("attempts").GetArrayLength()));
        var ids = entries.Where(e => e.TryGetProperty("attempts", out _)).Select(e => Text(e, "id")).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    // The marks of begun calls with the ids of their exchanges. Each entry names the request that was kept on stable storage before it; two entries
    // with one mark would fail here.
    private static Dictionary<string, string> KeptMarks(GatewayProcess gateway, List<JsonElement> begun)
    {
        using var keys = StoredSubjectKeys.Beside(gateway.AuditFolder, TimeProvider.System)!;
        var boxes = new PayloadBoxes(keys);
        return begun.ToDictionary(
            entry =>
            {
                var digest = Text(entry, "payload")["sha256:".Length..];
                var text = File.ReadAllText(Path.Join(gateway.AuditFolder, "log-0001", LogLayout.Payload(digest)), Encoding.ASCII);
                Assert.True(boxes.TryOpen(Text(entry, "id"), text, out var request));
                return MarkOf(request);
            },
            entry => Text(entry, "id"), StringComparer.Ordinal);
    }

    private static string MarkOf(ReadOnlyMemory<byte> request)
    {
        using var message = JsonDocument.Parse(request);
        return Text(message.RootElement.GetProperty("params").GetProperty("arguments"), "mark");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    // A log of a process that was killed is whole: it continues every checkpoint that was kept, and says which calls have no end.
    private static async Task AssertVerifiedAsync(string audit, DirectoryInfo outside)
    {
        var log = Path.Join(audit, "log-0001");
        Assert.Equal([log], Directory.EnumerateDirectories(audit, "log-*"));
        var checkpoints = outside.EnumerateFiles().SelectMany(file => (string[])["--checkpoint", file.FullName]);
        var keys = (await File.ReadAllLinesAsync(Path.Join(log, "log.vkeys"))).SelectMany(key => (string[])["--key", key]);
        string[] arguments = ["verify", audit, .. keys, .. checkpoints];
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.VerifierDll, arguments));
        Assert.True(code == 0, output + errors);
        Assert.Contains("Vouched: entries 0 to ", output, StringComparison.Ordinal);
        Assert.Contains("calls without an end: ", output, StringComparison.Ordinal);
    }

    private static async Task LoadAsync(string url, string token, string client, ConcurrentBag<string> answered, CancellationToken stop)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var mark = string.Create(CultureInfo.InvariantCulture, $"{client}-{i}");
            using var request = CallOf(url, token, mark);
            try
            {
                using var answer = await http.SendAsync(request, stop);
                if (answer.IsSuccessStatusCode) answered.Add(mark);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                return;
            }
        }
    }

    private static HttpRequestMessage CallOf(string url, string token, string mark)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(
                $$"""
                {"jsonrpc":"2.0","id":"{{mark}}","method":"tools/call","params":{"name":"echo","arguments":{"mark":"{{mark}}"},
                 "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} } } }
                """, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
        request.Headers.TryAddWithoutValidation("Mcp-Method", "tools/call");
        request.Headers.TryAddWithoutValidation("Mcp-Name", "echo");
        return request;
    }
}
