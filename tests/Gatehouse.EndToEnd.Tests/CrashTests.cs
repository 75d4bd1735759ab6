using System.Collections.Concurrent;
using System.Globalization;
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
        await using var gateway = await GatewayProcess.StartAsync(basis => basis with
        {
            Issuers = [provider.Address],
            Anyone = true,
            Servers = [new("up", "/mcp") { Url = upstream.Url.ToString() }],
        });
        var token = await ServiceToken.FetchAsync(provider.Address, gateway.Resource("/mcp"));
        var answered = new ConcurrentBag<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = upstream.Of("tools/call").Count;
            using var stop = new CancellationTokenSource();
            var load = Enumerable.Range(0, Clients).Select(i => LoadAsync(gateway.Resource("/mcp"), token, answered, stop.Token)).ToArray();
            Assert.True(SpinWait.SpinUntil(() => upstream.Of("tools/call").Count > before + CallsBetweenKills, TimeSpan.FromSeconds(30)));
            // A checkpoint that has left the machine before the kill is a promise.
            File.Copy(Path.Join(gateway.AuditFolder, "log-0001", "checkpoint"), Path.Join(outside.FullName, kill.ToString(CultureInfo.InvariantCulture)));
            await gateway.KillAndRestartAsync();
            await stop.CancelAsync();
            await Task.WhenAll(load);
        }

        var seen = upstream.Of("tools/call").Count;
        var entries = OpenedLog.Read(gateway.AuditFolder, TimeProvider.System).ToList();
        var begun = entries.Where(e => e.GetProperty("kind").GetString() == "begun" && e.GetProperty("method").GetString() == "tools/call").ToList();
        Assert.True(begun.Count >= seen, $"the upstream saw {seen} calls, the log has {begun.Count} begun entries");
        Assert.True(begun.Count <= seen + (Clients * Kills), "more entries than calls that can have been under way");
        Assert.True(answered.Count <= begun.Count, $"{answered.Count} calls were answered, the log has {begun.Count} begun entries");
        // ID-08: the attempt of a call is in its first entry, so no call that the upstream saw lacks it, and none has it twice.
        Assert.All(begun, e => Assert.Equal(1, e.GetProperty("attempts").GetArrayLength()));
        var ids = entries.Where(e => e.TryGetProperty("attempts", out _)).Select(e => e.GetProperty("id").GetString()).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        await AssertVerifiedAsync(gateway.AuditFolder, outside);
    }

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

    private static async Task LoadAsync(string url, string token, ConcurrentBag<string> answered, CancellationToken stop)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = i.ToString(CultureInfo.InvariantCulture);
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new StringContent(
                    $"{{\"jsonrpc\":\"2.0\",\"id\":\"{id}\",\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{{}}}}}}}}", System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
            request.Headers.TryAddWithoutValidation("Mcp-Method", "tools/call");
            request.Headers.TryAddWithoutValidation("Mcp-Name", "echo");
            try
            {
                using var answer = await http.SendAsync(request, stop);
                if (answer.IsSuccessStatusCode) answered.Add(id);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                return;
            }
        }
    }
}
