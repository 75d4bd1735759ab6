using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>Servers that nobody here wrote are listed and inspected by <c>gatehouse scan --list</c>: nothing in them is a hard finding.</summary>
[Trait("Requirement", "TP-01")]
public sealed class RealServerMetadataTests(ITestOutputHelper output)
{
    [Fact]
    public async Task RealServers_HaveNoHardFinding()
    {
        Peers.Require();
        var folder = Directory.CreateTempSubdirectory("gatehouse-real-");
        try
        {
            var servers = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["everything"] = Node("@modelcontextprotocol/server-everything/dist/index.js", "stdio"),
                ["filesystem"] = Node("@modelcontextprotocol/server-filesystem/dist/index.js", folder.FullName),
                ["memory"] = Node("@modelcontextprotocol/server-memory/dist/index.js"),
                ["context7"] = Node("@upstash/context7-mcp/dist/index.js"),
            };
            Directory.CreateDirectory(Path.Join(folder.FullName, ".cursor"));
            await File.WriteAllTextAsync(Path.Join(folder.FullName, ".cursor", "mcp.json"), JsonSerializer.Serialize(new { mcpServers = servers }));
            var (_, json, errors) =
                await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, ["scan", "--home", folder.FullName, "--list", "--yes", "--json"]));
            using var report = JsonDocument.Parse(json);
            var scan = report.RootElement.GetProperty("scan");
            var listed = scan.GetProperty("listed").EnumerateArray()
                .ToDictionary(one => one.GetProperty("server").GetString()!, one => one.GetProperty("tools").GetArrayLength());
            output.WriteLine(string.Join(", ", listed.Select(one => $"{one.Key} {one.Value} tools")) + errors);
            Assert.Equal(servers.Keys.Order(), listed.Keys.Order());
            Assert.True(listed["everything"] >= 10 && listed["filesystem"] >= 10 && listed["memory"] >= 5
                && listed["context7"] >= 2, "fewer tools than these servers have");
            var found = scan.GetProperty("findings").EnumerateArray().Where(one => one.TryGetProperty("text", out _)).ToList();
            foreach (var one in found) output.WriteLine(one.GetRawText());
            Assert.DoesNotContain(found,
                one => one.GetProperty("confidence").GetString() == "high" && one.GetProperty("severity").GetString() is "high" or "critical");
            // Each server by itself passes, except for a soft mark at the instructions of one, which is a false alarm of the learned model. The
            // rest is about servers that are beside each other.
            Assert.All(found, one => Assert.True(one.GetProperty("id").GetString() is "GHS9011" or "GHS9012" || IsKnownAlarm(one), one.GetRawText()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static object Node(string script, params string[] arguments) =>
        new { command = Repository.Node, args = (string[])[Repository.Peer("node_modules/" + script), .. arguments] };

    private static bool IsKnownAlarm(JsonElement finding) => finding.GetProperty("id").GetString() == "GHS9005"
        && finding.GetProperty("server").GetString() == "everything" && finding.GetProperty("text").GetProperty("kind").GetString() == "instructions";
}
