using Gatehouse.Conformance.Tests.Harness;

namespace Gatehouse.Conformance.Tests;

/// <summary>What the fixture is worth without a gateway: the bar for the way through one.</summary>
[Trait("Requirement", "ST-05")]
public sealed class DirectBaselineTests(FixtureServer fixture) : IClassFixture<FixtureServer>
{
    [Theory]
    [InlineData(Suite.Stable, 40)]
    [InlineData(Suite.Active, 73)]
    [InlineData(Suite.Requirements2025, 84)]
    [InlineData(Suite.Requirements2026, 153)]
    public async Task Fixture_passes_every_scored_check(Suite suite, int checks)
    {
        Peers.Require();
        var report = await FixtureReports.DirectAsync(fixture.Url, suite);
        Assert.DoesNotContain(report.Scored, check => check.Failed);
        Assert.Equal(checks, report.Scored.Count(check => check.Passed));
    }

    [Fact]
    [Trait("Requirement", "ST-07")]
    public async Task Fixture_checks_mirrored_headers_and_foreign_hosts()
    {
        Peers.Require();
        var report = await FixtureReports.DirectAsync(fixture.Url, Suite.Requirements2026);
        Assert.Equal(new(14, 0), report.Scenarios["http-header-validation"]);
        Assert.Equal(0, report.Scenarios["http-custom-header-server-validation"].Fail);
        Assert.Equal(0, report.Scenarios["dns-rebinding-protection"].Fail);
    }
}
