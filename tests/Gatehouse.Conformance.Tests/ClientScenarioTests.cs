using System.Text.Json;

namespace Gatehouse.Conformance.Tests;

/// <summary>
/// The suite's client scenarios other than the sign-in ones: the suite plays a server, and a stock client reaches it once
/// direct and once through a gateway that stands in front of that server.
/// </summary>
[Trait("Requirement", "ST-05")]
public sealed class ClientScenarioTests
{
    [Theory]
    [InlineData("initialize")]
    [InlineData("tools_call")]
    [InlineData("elicitation-sep1034-client-defaults")]
    [InlineData("sse-retry")]
    [InlineData("request-metadata")]
    [InlineData("sep-2322-client-request-state")]
    [InlineData("http-standard-headers")]
    [InlineData("http-custom-headers")]
    [InlineData("http-invalid-tool-headers")]
    [InlineData("json-schema-ref-no-deref")]
    public async Task Scenario_PassesThroughTheGatewayAsDirect(string scenario)
    {
        Peers.Require();
        var direct = await RunAsync(scenario, Repository.SuiteClientDll);
        var through = await RunAsync(scenario, $"{Repository.SuiteClientDll} --through {Repository.GatewayDll}");
        Assert.True(direct.Passed > 0 && direct.Failed.Count == 0, string.Join('\n', direct.Failed));
        Assert.Empty(through.Failed);
        // The gateway shakes hands with the server for itself too, and the suite counts each handshake that is in order.
        Assert.True(through.Passed >= direct.Passed, $"{through.Passed} checks pass through the gateway, {direct.Passed} direct");
    }

    private static async Task<(int Passed, IReadOnlyList<string> Failed)> RunAsync(string scenario, string client)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-suite-run-");
        var (_, output, errors) = await OneShot.RunAsync(Peers.Script(
            "conformance.mjs", "--suite-version", "0.2.0-alpha.12", "--command", $"dotnet {client}", "--out", folder.FullName,
            "--", "--scenario", scenario, "--timeout", "120000"), TimeSpan.FromMinutes(5)); // a gateway starts for it, beside other tests
        folder.Delete(recursive: true);
        var last = output.TrimEnd().Split('\n')[^1];
        Assert.True(last.StartsWith('{'), output + errors);
        using var json = JsonDocument.Parse(last);
        return (
            json.RootElement.GetProperty("total").GetProperty("pass").GetInt32(),
            [.. json.RootElement.GetProperty("checks").EnumerateArray().Where(c => c.GetProperty("status").GetString() == "FAILURE")
                .Select(c => c.GetRawText())]);
    }
}
