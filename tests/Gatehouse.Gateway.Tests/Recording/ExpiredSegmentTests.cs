using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>Retention reaches the segments of earlier builds, which have facts about persons in clear.</summary>
[Trait("Requirement", "DP-03")]
public sealed class ExpiredSegmentTests : IDisposable
{
    private const string Alice = "alice-canary-5120";

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-expired-").FullName;

    private string Audit => Path.Combine(folder, "audit");

    public ExpiredSegmentTests()
    {
        Directory.CreateDirectory(Audit);
        File.WriteAllText(Segment(1), Begun(1, Alice, "2026-01-10") + Begun(2, Alice, "2026-01-31"));
        File.WriteAllText(Segment(2), "{\"v\":2,\"seq\":3,\"sub\":\"" + Alice); // a process died while it wrote, and nothing else is in it
        File.WriteAllText(Segment(3), Begun(4, Alice, "2026-02-20") + new string('\0', 300));
        File.WriteAllText(Segment(4), Begun(5, "bob", "2026-01-01") + Begun(6, "bob", "2026-10-01"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task SegmentsWhoseTimeIsOver_AreDeletedWithAnEntry_AndTheVerifierDoesNotMissThem()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(3, await PersonalFactsTests.FoundAsync(gateway, Alice));
        var digests = Enumerable.Range(1, 3).Select(number => Digest(Segment(number))).ToList();
        await RetainAsync(gateway, TimeSpan.FromDays(200));
        await RetainAsync(gateway, TimeSpan.FromDays(200)); // nothing is left to do
        Assert.Equal([Segment(4)], Directory.GetFiles(Audit, "*.jsonl"));
        var expired = gateway.Entries().Where(entry => PersonalFactsTests.Act(entry) == "audit.segment.expired").ToList();
        Assert.Equal(digests, expired.Select(entry => entry.GetProperty("digest").GetString()));
        Assert.Equal(("audit-0000000001.jsonl", "2026-05-04T00:00:00Z"), (Text(expired[0], "file"), Text(expired[0], "until")));
        Assert.Equal(0, await PersonalFactsTests.FoundAsync(gateway, Alice));
        var report = AuditLogVerifier.Verify(Audit);
        Assert.DoesNotContain(report.Findings, finding => finding.Kind is AuditFindingKind.EarlierSegment or AuditFindingKind.MissingSegment);
        Assert.Contains(report.Facts, fact => fact.EndsWith("deleted because their time was over: 3", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)] // the setting is absent
    [InlineData(320)] // the oldest has an entry of 293 days ago
    public async Task SegmentsWhoseTimeIsNotOver_Stay(int days)
    {
        await using var gateway = await StartAsync();
        await RetainAsync(gateway, TimeSpan.FromDays(days));
        Assert.Equal(4, Directory.GetFiles(Audit, "*.jsonl").Length);
    }

    // One that is missing in the middle is damage. The order is that of time.
    [Fact]
    public async Task SegmentBehindANewerOne_Stays()
    {
        File.AppendAllText(Segment(1), Begun(3, "bob", "2026-11-19"));
        await using var gateway = await StartAsync();
        await RetainAsync(gateway, TimeSpan.FromDays(200));
        Assert.Equal(4, Directory.GetFiles(Audit, "*.jsonl").Length);
    }

    // The entry is durable first: a file that is gone without it would look like a loss.
    [Fact]
    public async Task WithoutAnEntry_NoSegmentIsDeleted()
    {
        await using var gateway = await StartAsync();
        await using var log = new BrokenLog { Broken = true };
        await RetainAsync(gateway, TimeSpan.FromDays(200), new ControlJournal(log, gateway.Host.Core.Services.Snapshots, TimeProvider.System));
        Assert.Equal(4, Directory.GetFiles(Audit, "*.jsonl").Length);
    }

    // Threat: a segment is rewritten, and its retention hides that.
    [Fact]
    public async Task SegmentThatWasChangedBeforeItsTimeWasOver_IsAFinding()
    {
        await using var gateway = await StartAsync();
        File.WriteAllText(Segment(1), Begun(1, "mallory", "2026-01-10"));
        await RetainAsync(gateway, TimeSpan.FromDays(200));
        var finding = Assert.Single(AuditLogVerifier.Verify(Audit).Findings, finding => finding.Kind == AuditFindingKind.EarlierSegment);
        Assert.Contains("the file audit-0000000001.jsonl that was deleted because its time was over is not the one", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SegmentThatIsMissingWithoutAnEntry_IsStillAFinding()
    {
        await using (await StartAsync()) File.Delete(Segment(3));
        Assert.Contains(AuditLogVerifier.Verify(Audit).Findings, finding => finding.Kind == AuditFindingKind.EarlierSegment);
    }

    private static async Task RetainAsync(TestGateway gateway, TimeSpan life, ControlJournal? journal = null)
    {
        var services = gateway.Host.Core.Services;
        var segments = new ExpiredSegments(services.Erasure, services.AuditIndex, journal ?? services.Journal, new LogFolder(services.AuditDirectory),
            services.AuditDirectory);
        using var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
            () => new RetentionSettings { Segments = life }, new ManualTimeProvider(Now), services.Log, null, segments);
        await watch.DestroyAsync();
    }

    private Task<TestGateway> StartAsync() => PersonalFactsTests.StartAsync(settings => settings with { StateDirectory = folder }, keepState: true);

    private string Segment(int number) => Path.Combine(Audit, $"audit-{number:D10}.jsonl");

    private static string Begun(int number, string who, string day) =>
        $$"""{"v":2,"seq":{{number}},"kind":"begun","id":"01{{number}}","at":"{{day}}T09:00:00Z","gen":1,"server":"files","method":"tools/call","name":"write","iss":"https://login.example.com","sub":"{{who}}"}""" + "\n";

    private static string Digest(string file) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}";

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
}
