using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;

namespace Gatehouse.Inventory.Tests;

/// <summary>Findings by the entry that they are shown under, with work in proportion to the report.</summary>
[Trait("Requirement", "SC-04")]
public sealed class ServerFindingsTests
{
    [Fact]
    public void EachFinding_IsUnderTheEntryNearestAbove()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var report = RandomReport.Of(seed);
            var found = new ServerFindings(report);
            Assert.Equal(report.Findings.Where(finding => Owner(finding, report) is null), found.Rest);
            foreach (var server in report.Servers)
                Assert.Equal(report.Findings.Where(finding => ReferenceEquals(Owner(finding, report), server)), found.Of(server));
        }
    }

    // A list of the entries for each finding and entry takes 60 times as much.
    [Fact]
    public void EntriesOfOneName_TakeNoMoreThanOthers()
    {
        var (same, other) = (Allocated(_ => "a"), Allocated(index => $"a{index}"));
        Assert.InRange(same, 0, other * 2);
    }

    private static long Allocated(Func<int, string> name)
    {
        var servers = Enumerable.Range(0, 300).Select(index => Server(name(index), index + 1)).ToList();
        var report = new ScanReport
        {
            At = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.Zero,
            Servers = servers,
            Findings = [.. servers.Select(server => new Finding(FindingRules.All[0], Confidence.High, "x", server.Place, server.Name, server.Client))],
            Gaps = [],
            Files = [],
            RuleFiles = [],
        };
        _ = TableReport.Render(report, colour: false);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = TableReport.Render(report, colour: false);
        _ = HtmlReport.Render(report);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static ServerEntry? Owner(Finding finding, ScanReport report)
    {
        var named = report.Servers.Where(server =>
            finding.Server == server.Name && finding.Client == server.Client && finding.Place.File == server.Place.File).ToList();
        return named.LastOrDefault(server => server.Place.Line <= finding.Place.Line) ?? named.FirstOrDefault();
    }

    private static ServerEntry Server(string name, int line) => new()
    {
        Name = name,
        Client = "Cursor",
        Place = new SourceLocation("/r/.mcp.json", line),
        Scope = LocationScope.Workspace,
        Transport = "stdio",
        Source = new ServerOrigin(OriginKind.Script, "x", null, false),
    };
}
