using System.Text.Json.Nodes;
using Gatehouse.Conformance.Tests.Harness;

namespace Gatehouse.Conformance.Tests;

/// <summary>No check that passes direct fails through the gateway.</summary>
[Trait("Requirement", "ST-05")]
public sealed class ThroughGatewayTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    // The reference server does not look at Host and Origin; the gateway does, for it.
    private const string GuardedByGateway = "dns-rebinding-protection";

    // The reference server answers 400 for an ended session where the specification has 404; the gateway's own table does better.
    private const string EndedByGateway = "server-session-lifecycle";

    // These use tools and resources of the suite that the reference server does not have. It says so inside a result, or takes any
    // name at all, and that counts as passed; the gateway answers what is in no list as what does not exist (design rule 4).
    private static readonly string[] CallsWhatIsNotThere =
        ["tools-call-simple-text/", "tools-call-error/", "resources-subscribe/", "resources-unsubscribe/"];

    [Theory]
    [InlineData(Suite.Stable)]
    [InlineData(Suite.Active)]
    [InlineData(Suite.Requirements2025)]
    [InlineData(Suite.Requirements2026)]
    public async Task Fixture_loses_no_check(Suite suite)
    {
        Peers.Require();
        var direct = await FixtureReports.DirectAsync(fixture.FixtureUrl, suite);
        var through = await ConformanceRun.AgainstAsync(fixture.FixtureThrough, suite);
        Assert.Empty(Comparison.Lost(direct, through));
    }

    [Theory]
    [InlineData(Suite.Stable)]
    [InlineData(Suite.Active)]
    public async Task Reference_server_counts_the_same(Suite suite)
    {
        Peers.Require();
        var direct = await ConformanceRun.AgainstAsync(fixture.EverythingUrl, suite);
        var through = await ConformanceRun.AgainstAsync(fixture.EverythingThrough, suite);
        Assert.DoesNotContain(Comparison.Lost(direct, through),
            lost => !CallsWhatIsNotThere.Any(name => lost.StartsWith(name, StringComparison.Ordinal)));
        Assert.Empty(Comparison.CountedDifferently(direct, through,
            except: [GuardedByGateway, EndedByGateway, .. CallsWhatIsNotThere.Select(name => name.TrimEnd('/'))]));
    }

    [Fact]
    [Trait("Requirement", "ST-04")]
    public async Task Fixture_over_stdio_answers_through_the_gateway()
    {
        Peers.Require();
        using var client = new RawClient(fixture.FilesThrough);
        await client.InitializeAsync();
        var answer = await client.CallToolAsync("echo", new JsonObject { ["text"] = "through" });
        Assert.Equal("through", RawClient.TextOf(answer));
    }
}
