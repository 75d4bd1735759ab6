using Gatehouse.Conformance.Tests.Harness;

namespace Gatehouse.Conformance.Tests;

/// <summary>The rules by which runs are compared, and the files that are written for a run.</summary>
[Trait("Requirement", "ST-05")]
public sealed class HarnessTests(FixtureServer fixture) : IClassFixture<FixtureServer>
{
    [Fact]
    public void A_check_that_failed_or_disappeared_is_lost()
    {
        var direct = Report(("s", "a", "SUCCESS"), ("s", "a", "SUCCESS"), ("s", "b", "SUCCESS"), ("s", "c", "FAILURE"), ("s", "d", "WARNING"));
        var through = Report(("s", "a", "SUCCESS"), ("s", "a", "WARNING"), ("s", "c", "FAILURE"), ("s", "d", "FAILURE"));
        Assert.Equal(["s/a WARNING ", "s/b is missing"], Comparison.Lost(direct, through));
    }

    [Fact]
    public void A_scenario_that_counts_otherwise_is_named_unless_it_is_excepted()
    {
        var direct = Report(("s", "a", "SUCCESS"), ("t", "b", "FAILURE"));
        var through = Report(("s", "a", "SUCCESS"), ("t", "b", "SUCCESS"));
        Assert.StartsWith("t: ", Assert.Single(Comparison.CountedDifferently(direct, through)));
        Assert.Empty(Comparison.CountedDifferently(direct, through, except: "t"));
    }

    [Fact]
    public void Configuration_is_written_as_version_one()
    {
        var configuration = new GatewayConfiguration("http://127.0.0.1:1", "/state")
        {
            Issuers = ["http://127.0.0.1:2"],
            Clients = ["svc"],
            Servers = [new("fixture", "/mcp") { Url = "http://127.0.0.1:3/mcp" }, new("files", "/files") { Command = ["dotnet", "f.dll", "stdio"] }],
        };
        Assert.Equal(
            """
            version: 1
            publicUrl: "http://127.0.0.1:1"
            listen: { url: "http://127.0.0.1:1" }
            state: "/state"
            issuers:
              - issuer: "http://127.0.0.1:2"
            servers:
              fixture:
                path: "/mcp"
                url: "http://127.0.0.1:3/mcp"
              files:
                path: "/files"
                command: ["dotnet", "f.dll", "stdio"]
            policy:
              - id: service
                permit:
                  clients: ["svc"]
                  servers: ["fixture", "files"]
                  directions: [calls, lists, sampling, elicitation, roots, logging]

            """,
            configuration.ToYaml());
    }

    [Fact]
    public async Task A_process_that_never_listens_is_reported_with_its_output()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.FixtureDll, "nonsense")));
        Assert.Contains("gatehouse-fixture http", failure.Message);
    }

    // The way in that the gateway tests take, without a gateway: what is lost there is not lost here.
    [Fact]
    public async Task The_injector_alone_loses_no_check()
    {
        Peers.Require();
        await using var provider = await Servers.ProviderAsync();
        var token = await ServiceToken.FetchAsync(provider.Address, fixture.Url);
        await using var injector = await Servers.InjectorAsync(fixture.Url, token);
        var direct = await ConformanceRun.AgainstAsync(fixture.Url, Suite.Requirements2026);
        var through = await ConformanceRun.AgainstAsync($"{injector.Address}/mcp", Suite.Requirements2026);
        Assert.Empty(Comparison.Lost(direct, through));
    }

    [Fact]
    public async Task The_reference_server_counts_the_same_twice()
    {
        Peers.Require();
        await using var everything = await Servers.EverythingAsync();
        var url = $"http://127.0.0.1:{everything.Address}/mcp";
        var first = await ConformanceRun.AgainstAsync(url, Suite.Active);
        var second = await ConformanceRun.AgainstAsync(url, Suite.Active);
        Assert.Empty(Comparison.Lost(first, second));
        Assert.Empty(Comparison.CountedDifferently(first, second));
    }

    private static ConformanceReport Report(params (string Scenario, string Id, string Status)[] checks) => new(
        "test",
        checks.GroupBy(check => check.Scenario).ToDictionary(
            group => group.Key,
            group => new ScenarioCount(group.Count(check => check.Status == "SUCCESS"), group.Count(check => check.Status == "FAILURE"))),
        [.. checks.Select(check => new ConformanceCheck(check.Scenario, check.Id, check.Id, check.Status, null))]);
}
