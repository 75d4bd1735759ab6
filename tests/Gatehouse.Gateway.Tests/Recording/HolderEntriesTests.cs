using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Tests.Access;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>
/// Entries of people who are no administrators: they take the part of the log of these people, and have no words of theirs in clear.
/// </summary>
[Trait("Requirement", "AU-06")]
public sealed class HolderEntriesTests
{
    // Threat: a person who may answer one question looks at it without end, and the log is full for all (CWE-770).
    [Fact]
    public async Task ShowingsOfOnePerson_LeaveTheLogToOthers()
    {
        await using var gateway = await AccessGateway.StartAsync(change: LogFillTests.Small(1 << 20));
        var host = gateway.Gateway.Host;
        var alice = await gateway.BeginAsync();
        await gateway.GrantedAsync("alice");
        var id = await gateway.AskAsync("bob");
        string? why = null;
        for (var count = 0; count < 3000 && why is null; count++) why = (await gateway.ShowAsync(id, "carol")).Refusal?.Why;
        Assert.Equal("log-failed", why);
        await host.Core.Services.Audit.FlushAsync();
        Assert.InRange(host.AuditStatistics.Bytes, 1, 1 << 19);
        Assert.True(await AccessGateway.CallsAsync(alice));
    }

    // Threat: a name that is no rule would stay in clear, beyond every erasure (DP-03).
    [Fact]
    public async Task RuleThatDoesNotExist_IsNotInClear()
    {
        await using var gateway = await AccessGateway.StartAsync();
        Assert.Equal("not-eligible", (await gateway.RequestAsync("mallory", rule: "Maria_Mustermann-born-1975")).Refusal?.Why);
        await gateway.Gateway.Host.Core.Services.Audit.FlushAsync();
        Assert.All(Directory.GetFiles(gateway.Gateway.Host.State.Audit, "*.journal", SearchOption.AllDirectories),
            static file => Assert.DoesNotContain("Maria", Encoding.UTF8.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    // Two processes that ended before their first entry leave equal segments.
    [Fact]
    public async Task SegmentsWithEqualBytes_HaveAnEntryEach_BeforeTheyAreDeleted()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-equal-").FullName;
        var audit = Path.Combine(folder, "audit");
        Directory.CreateDirectory(audit);
        await File.WriteAllBytesAsync(Path.Combine(audit, "audit-0000000001.jsonl"), new byte[4096], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(audit, "audit-0000000002.jsonl"), new byte[4096], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(audit, "audit-0000000003.jsonl"),
            """{"v":2,"seq":1,"kind":"begun","id":"011","at":"2026-01-10T09:00:00Z","gen":1,"server":"files","method":"tools/call","name":"write","iss":"https://login.example.com","sub":"alice"}""" + "\n",
            TestContext.Current.CancellationToken);
        try
        {
            await using var gateway = await PersonalFactsTests.StartAsync(settings => settings with { StateDirectory = folder }, keepState: true);
            var services = gateway.Host.Core.Services;
            var segments = new ExpiredSegments(
                services.Erasure, services.AuditIndex, services.Journal, new LogFolder(services.AuditDirectory), services.AuditDirectory);
            using var watch = new RetentionWatch(services.SubjectKeys, services.AuditIndex, services.Journal, services.KeptConfigurations,
                () => new RetentionSettings { Segments = TimeSpan.FromDays(200) },
                new ManualTimeProvider(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero)), services.Log, null, segments);
            await watch.DestroyAsync();
            Assert.Empty(Directory.GetFiles(audit, "*.jsonl"));
            Assert.Equal(3, gateway.Entries().Count(static entry => PersonalFactsTests.Act(entry) == "audit.segment.expired"));
            Assert.Empty(AuditLogVerifier.Verify(audit).Findings);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
