using System.Net;
using Gatehouse.Administration;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A log at its bounds: acting and reading are refused, readiness and the operator say so, and everything comes back by itself.</summary>
[Trait("Requirement", "AU-06")]
public sealed class LogBoundsWireTests
{
    [Fact]
    public async Task WithoutSpace_CallsAreRefused_ReadinessAndOperatorSayIt_AndItEndsByItself()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-log-");
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        var directory = new SpaceFolder(folder.FullName);
        var log = new GroupCommitLog(new AuditLogOptions { Directory = folder.FullName, Time = clock }, directory,
            new SealedLogKeys(KeyRing.CreateInMemory(clock), folder.FullName + "-keys", "log.example"));
        var port = LoopbackPorts.Next();
        await using (var gateway =
            await TestGateway.StartAsync(s => s with { Management = new ManagementSettings { Url = new Uri($"http://127.0.0.1:{port}") } }, clock,
                log))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await StepAsync(gateway, port, HttpStatusCode.OK);
            directory.Free = 1;
            await UntilLineAsync("the audit log cannot be written: the volume of the audit log has too little free space");
            await StepAsync(gateway, port, HttpStatusCode.ServiceUnavailable);
            var served = gateway.Upstream.Received.Count;
            // ID-08: also an attempt whose event is lost is counted.
            Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post("{}", "bad"))).Status);
            Assert.Equal(served, gateway.Upstream.Received.Count);
            // Three entries of refused exchanges, and the begun one that was tried.
            await Eventually.TrueAsync(() => log.Statistics.Lost >= 4, "the entries are lost");
            directory.Free = long.MaxValue;
            await UntilLineAsync("audit log available again after");
            await StepAsync(gateway, port, HttpStatusCode.OK);

            // What flaps is told once a minute.
            for (var i = 0; i < 20; i++)
            {
                directory.Free = i % 2 == 0 ? 1 : long.MaxValue;
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.Equal(1, gateway.Diagnostics.Split("the audit log cannot be written").Length - 1);
            await log.FlushAsync();

            // The log looks at its volume and the gateway at the log, each once a second and in either order.
            Task UntilLineAsync(string line) => Eventually.TrueAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return gateway.Diagnostics.Contains(line, StringComparison.Ordinal);
            }, line);
        }

        var gaps = AuditLogReader.Read(folder.FullName).Where(e => e.TryGetProperty("act", out var act) && act.GetString() == "log.gap");
        Assert.InRange(gaps.Sum(gap => int.Parse(gap.GetProperty("lost").GetString()!, System.Globalization.CultureInfo.InvariantCulture)), 4,
            int.MaxValue);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ASmallVolumeThatIsFull_RefusesAndRecovers()
    {
        using var volume = SmallVolume.TryMount(mebibytes: 32);
        Assert.SkipWhen(volume is null, "needs root and the right to mount");
        var port = LoopbackPorts.Next();
        await using var gateway = await TestGateway.StartAsync(s => s with
        {
            Management = new ManagementSettings { Url = new Uri($"http://127.0.0.1:{port}") },
            Audit = s.Audit with { Directory = Path.Combine(volume!.Path, "audit"), MinFreeBytes = 8 << 20 },
        });
        await StepAsync(gateway, port, HttpStatusCode.OK);
        volume!.FillBut(4 << 20);
        await UntilReadyIsAsync(port, false);
        await StepAsync(gateway, port, HttpStatusCode.ServiceUnavailable);
        Assert.True(SpinWait.SpinUntil(() => gateway.Diagnostics.Contains("the audit log cannot be written", StringComparison.Ordinal),
            TimeSpan.FromMinutes(2)));
        volume.Free();
        await UntilReadyIsAsync(port, true); // without any request: a host that is not ready gets none
        await StepAsync(gateway, port, HttpStatusCode.OK);
        Assert.True(SpinWait.SpinUntil(() => gateway.Diagnostics.Contains("audit log available again", StringComparison.Ordinal),
            TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public async Task ReadingThatPassesUnrecorded_IsCountedAndShown()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-log-");
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        var directory = new SpaceFolder(folder.FullName);
        var log = new GroupCommitLog(new AuditLogOptions { Directory = folder.FullName, Time = clock }, directory,
            new SealedLogKeys(KeyRing.CreateInMemory(clock), folder.FullName + "-keys", "log.example"));
        await using (var gateway =
            await TestGateway.StartAsync(s => s with { Audit = s.Audit with { WhenUnavailable = AuditUnavailableMode.Allow } }, clock, log))
        {
            directory.Free = 1;
            // The log looks at its volume once a second of this clock, from when it has begun to.
            await Eventually.TrueAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    return !log.IsAvailable;
                },
                "the log has seen its volume");
            for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/list"))).Status);
            var facts = (await GatewayAdministration.ControlOf(gateway.Host)
                .HandleAsync(new ShowStatus(), new PeerAccount(1, 0))).As<StatusReport>().Facts;
            Assert.Equal("3", facts["log.unrecorded"]);
            Assert.StartsWith("unavailable: ", facts["log"], StringComparison.Ordinal);
            Assert.Equal("no", facts["ready"]);
            Assert.Equal(3, gateway.Host.AuditStatistics.Unrecorded);
        }

        folder.Delete(recursive: true);
    }

    private static async Task StepAsync(TestGateway gateway, int port, HttpStatusCode expected)
    {
        using var client = new HttpClient();
        Assert.Equal(expected, (await client.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"))).StatusCode);
        var (acting, body, _) = await LogFillTests.CallAsync(gateway, "alice");
        Assert.Equal(expected, acting);
        var (reading, list, _) = await gateway.CallAsync(gateway.Modern("tools/list"));
        Assert.Equal(expected, reading);
        if (expected != HttpStatusCode.OK) Assert.Equal(("GH9001", "GH9001"), (LogFillTests.Code(body), LogFillTests.Code(list)));
    }

    private static async Task UntilReadyIsAsync(int port, bool ready)
    {
        using var client = new HttpClient();
        await Eventually.TrueAsync(async () => (await client.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"))).IsSuccessStatusCode == ready, ready
            ? "ready" : "not ready");
    }
}
