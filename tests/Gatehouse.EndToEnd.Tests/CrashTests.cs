using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>A gateway that is killed in the middle of its work.</summary>
[Trait("Requirement", "AU-06")]
public sealed class CrashTests : IDisposable
{
    private const int Clients = 16;
    private const int CallsBetweenKills = 150;

    private static readonly int Kills = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") == "1" ? 100 : 10;

    private readonly DirectoryInfo outside = Directory.CreateTempSubdirectory("gatehouse-outside-");

    public void Dispose() => outside.Delete(recursive: true);

    [Fact]
    public async Task KilledAgainAndAgain_EveryCallTheUpstreamSawHasItsBegunEntry_AndTheTreeVerifies()
    {
        Peers.Require();
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var provider = await Servers.ProviderAsync();
        GatewayConfiguration Configured(GatewayConfiguration basis, bool isPromised) => basis with
        {
            Issuers = [provider.Address],
            Anyone = true,
            Servers = [new("up", "/mcp") { Url = upstream.Url.ToString() }],
            OutcomeBeforeReply = isPromised,
        };
        await using var gateway = await GatewayProcess.StartAsync(basis => Configured(basis, isPromised: true));
        var token = await ServiceToken.FetchAsync(provider.Address, gateway.Resource("/mcp"));
        var answered = new ConcurrentBag<string>();
        var promised = new ConcurrentBag<string>(); // answered by a process that makes the outcome durable before the answer
        for (var kill = 0; kill < Kills; kill++)
        {
            var isPromised = kill % 2 == 0;
            var before = upstream.Of("tools/call").Count;
            using var stop = new CancellationTokenSource();
            using var killing = new CancellationTokenSource(); // an answer that comes later may be one of the next process
            var load = Enumerable.Range(0, Clients).Select(i => LoadAsync(gateway.Resource("/mcp"), token, $"echo-{kill}-{i}",
                () => isPromised && !killing.IsCancellationRequested ? promised : answered, stop.Token)).ToArray();
            Assert.True(SpinWait.SpinUntil(() => upstream.Of("tools/call").Count > before + CallsBetweenKills, TimeSpan.FromSeconds(30)));
            // A checkpoint that has left the machine before the kill is a promise.
            File.Copy(Path.Join(gateway.AuditFolder, "log-0001", "checkpoint"), Path.Join(outside.FullName, kill.ToString(CultureInfo.InvariantCulture)));
            await killing.CancelAsync();
            await gateway.KillAndRestartAsync(basis => Configured(basis, !isPromised));
            await stop.CancelAsync();
            await Task.WhenAll(load);
        }

        var entries = OpenedLog.Read(gateway.AuditFolder, TimeProvider.System).ToList();
        var begun = Of(entries, "begun");
        // Call by call: each has a name of its own, and the gateway sends no trace context of its own to compare.
        var seen = upstream.Of("tools/call").Select(NameOf).ToList();
        var recorded = begun.Select(entry => entry.GetProperty("name").GetString()!).ToList();
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(recorded.Count, recorded.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(seen.Except(recorded, StringComparer.Ordinal));
        Assert.True(begun.Count <= seen.Count + (Clients * Kills), "more entries than calls that can have been under way");
        // A caller that has its answer finds its call in the log, and where the configuration promises it, the outcome as well.
        var calls = Ids(begun);
        Assert.Empty(answered.Concat(promised).Except(calls, StringComparer.Ordinal));
        Assert.NotEmpty(promised);
        Assert.Empty(promised.Except(Ids(Of(entries, "ended")), StringComparer.Ordinal));
        // ID-08: the attempt of a call is in its first entry, so no call that the upstream saw lacks it, and none has it twice.
        Assert.All(begun, e => Assert.Equal(1, e.GetProperty("attempts").GetArrayLength()));
        var ids = entries.Where(e => e.TryGetProperty("attempts", out _)).Select(e => e.GetProperty("id").GetString()).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        await AssertVerifiedAsync(gateway.AuditFolder, outside);
    }

    private static List<JsonElement> Of(List<JsonElement> entries, string kind) =>
    [
        .. entries.Where(entry => entry.GetProperty("kind").GetString() == kind
            && entry.TryGetProperty("method", out var method) && method.GetString() == "tools/call"),
    ];

    private static string NameOf(ReceivedRequest request)
    {
        using var message = JsonDocument.Parse(request.Body);
        return message.RootElement.GetProperty("params").GetProperty("name").GetString()!;
    }

    private static HashSet<string> Ids(List<JsonElement> entries) =>
        new(entries.Select(entry => entry.GetProperty("id").GetString()!), StringComparer.Ordinal);

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

    private static async Task LoadAsync(string url, string token, string name, Func<ConcurrentBag<string>> answered, CancellationToken stop)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var tool = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new StringContent(
                    $"{{\"jsonrpc\":\"2.0\",\"id\":\"{i}\",\"method\":\"tools/call\",\"params\":{{\"name\":\"{tool}\",\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{{}}}}}}}}", System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
            request.Headers.TryAddWithoutValidation("Mcp-Method", "tools/call");
            request.Headers.TryAddWithoutValidation("Mcp-Name", tool);
            try
            {
                using var answer = await http.SendAsync(request, stop);
                if (!answer.IsSuccessStatusCode) continue;
                var body = await answer.Content.ReadAsStringAsync(stop); // the whole answer
                if (body.Contains("\"result\"", StringComparison.Ordinal)) answered().Add(answer.Headers.GetValues("Gatehouse-Request-Id").Single());
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                return;
            }
        }
    }
}
