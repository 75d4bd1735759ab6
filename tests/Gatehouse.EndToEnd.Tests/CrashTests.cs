using System.Diagnostics;
using System.Globalization;
using Gatehouse.Audit.Search;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>A gateway that is killed in the middle of its work.</summary>
[Trait("Requirement", "AU-06")]
public sealed class CrashTests
{
    [Fact]
    public async Task EveryCallTheUpstreamSaw_HasItsBegunEntry()
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
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 16).Select(i => LoadAsync(gateway.Resource("/mcp"), token, i, stop.Token)).ToArray();
        Assert.True(SpinWait.SpinUntil(() => upstream.Of("tools/call").Count > 300, TimeSpan.FromSeconds(30)));
        Process.GetProcessById(gateway.Id).Kill();
        await stop.CancelAsync();
        await Task.WhenAll(load);

        var seen = upstream.Of("tools/call").Count;
        var entries = OpenedLog.Read(gateway.AuditFolder, TimeProvider.System).ToList();
        var begun = entries.Count(e => e.GetProperty("kind").GetString() == "begun" && e.GetProperty("method").GetString() == "tools/call");
        Assert.True(begun >= seen, $"the upstream saw {seen} calls, the log has {begun} begun entries");
        Assert.True(begun <= seen + 16, "more entries than calls that can have been under way");
        // ID-08: the attempt of a call is in its first entry, so no call that the upstream saw lacks it, and none has it twice.
        Assert.All(entries.Where(e => e.GetProperty("kind").GetString() == "begun"), e => Assert.Equal(1, e.GetProperty("attempts").GetArrayLength()));
        var ids = entries.Where(e => e.TryGetProperty("attempts", out _)).Select(e => e.GetProperty("id").GetString()).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    private static async Task LoadAsync(string url, string token, int client, CancellationToken stop)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{client}-{i}");
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
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                return;
            }
        }
    }
}
