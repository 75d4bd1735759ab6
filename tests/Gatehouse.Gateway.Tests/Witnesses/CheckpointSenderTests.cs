using System.Net;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Audit.Witness;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Witnesses;
using Gatehouse.Gateway.WitnessHosting;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Gatehouse.Gateway.Tests.Witnesses;

/// <summary>A gateway whose log is cosigned by a witness, and kept in outside places.</summary>
[Trait("Requirement", "AU-02")]
public sealed class CheckpointSenderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-sender-");

    private string WitnessFolder => Path.Join(folder.FullName, "witness");

    private string State => Folder("state");

    private string Place => Folder("place");

    private string Audit => Path.Join(State, "audit");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task TheLog_IsCosigned_WhileItGrows_AndTheVerifierCountsIt()
    {
        var port = LoopbackPorts.Next();
        var keys = MakeWitness();
        await using (var gateway = await StartAsync(Witness(port, keys)))
        {
            await gateway.InitializeAsync();
            await UntilAsync(gateway, fact => fact.Contains("unreachable", StringComparison.Ordinal));
            await UntilLogAsync(size => size > 0);
            await using var witness = await ServeAsync(port);
            await UntilAsync(gateway, fact => fact.StartsWith("has the ", StringComparison.Ordinal) && fact.EndsWith("operated by Example Org", StringComparison.Ordinal));
            var first = Assert.Single(witness.Witness.Logs).Size;
            await gateway.InitializeAsync();
            await Eventually.TrueAsync(() => witness.Witness.Logs[0].Size > first, "the log grew");
        }

        // Only what the gateway wrote, the log's key and the witness's: no checkpoint was kept elsewhere.
        var request = new VerificationRequest { Keys = Own(), Cosigners = [.. keys.Select(RunningWitness.Parse)], RequiresWitness = true };
        var report = AuditLogVerifier.Verify(Audit, request);
        Assert.True(report.IsVouched, string.Join('\n', [.. report.Statements, .. report.Findings.Select(finding => finding.Detail)]));
        Assert.Contains(report.Statements, text => text.Contains("in cosigned/independent, cosigned by witness.example/w1 (Example Org) at ", StringComparison.Ordinal));
        Assert.Contains(report.Statements, text => text.Contains("witness on the operator's own machine proves nothing", StringComparison.Ordinal));
        // The same log without the cosigned file: consistent, and not vouched for.
        File.Delete(Path.Join(Audit, "log-0001", LogLayout.Cosigned, "independent"));
        Assert.Equal(AuditFindingKind.Cosignature, Assert.Single(AuditLogVerifier.Verify(Audit, request).Findings).Kind);
        Assert.False(AuditLogVerifier.Verify(Audit, request with { RequiresWitness = false }).IsVouched);
    }

    [Fact]
    public async Task AnOlderState_ThatIsPutBack_IsRefusedByTheWitness_AndTheOperatorHearsOfIt()
    {
        var port = LoopbackPorts.Next();
        var settings = Witness(port, MakeWitness());
        await using (var gateway = await StartAsync(settings)) await gateway.InitializeAsync();
        // Everything that the gateway has is put back later: the log, its key and the record of what was published.
        var copy = Path.Join(folder.FullName, "copy");
        Copy(State, copy);
        var size = PublishedSize();
        await using var witness = await ServeAsync(port);
        await using (var gateway = await StartAsync(settings))
        {
            await gateway.InitializeAsync();
            await Eventually.TrueAsync(() => witness.Witness.Logs[0].Size > size + 2, "cosigned");
            Assert.DoesNotContain("refuses the audit log", gateway.Diagnostics, StringComparison.Ordinal);
        }

        Directory.Delete(State, recursive: true);
        Copy(copy, State);
        await using var again = await StartAsync(settings);
        await Eventually.TrueAsync(() => again.Diagnostics.Contains("the witness witness.independent refuses the audit log", StringComparison.Ordinal), "the refusal");
    }

    [Fact]
    public async Task OutsidePlaces_GetNewFiles_AndNoneIsReplaced()
    {
        await using var place = await OtlpCollector.StartAsync();
        await using (var gateway = await StartAsync(new AuditSettings
        {
            Checkpoints =
            [
                new CheckpointPlaceSettings { Name = "archive", Folder = Place, Every = TimeSpan.FromSeconds(1) },
                new CheckpointPlaceSettings { Name = "post", Url = place.Url, Every = TimeSpan.FromSeconds(1) },
            ],
        }))
        {
            await gateway.InitializeAsync();
            await Eventually.TrueAsync(() => Directory.GetFiles(Place).Length > 0, "the first file");
            await gateway.InitializeAsync();
            await Eventually.TrueAsync(() => Directory.GetFiles(Place).Length > 1, "the second file");
            await Eventually.TrueAsync(() => place.Received.Count > 1, "two posts");
        }

        var kept = Directory.GetFiles(Place).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        Assert.All(kept, bytes => Assert.NotEmpty(SignedNote.Parse(bytes)!.Verified(Own())!));
        Assert.All(place.Received, post => Assert.NotEmpty(SignedNote.Parse(post.Content)!.Verified(Own())!));
        var report = AuditLogVerifier.Verify(Audit, new VerificationRequest { Keys = Own(), Outside = [new OutsideCheckpoint("kept", kept[0])] });
        Assert.True(report.IsVouched, string.Join('\n', report.Statements));
    }

    // Threat: the entries of the last hours, and that of the stop, are cut when the gateway has stopped.
    [Fact]
    public async Task AtTheStop_ThePlaceGetsTheLastCheckpoint_WhateverTheInterval()
    {
        await using var gone = await OtlpCollector.StartAsync();
        var gateway = await StartAsync(new AuditSettings
        {
            Checkpoints =
            [
                new CheckpointPlaceSettings { Name = "archive", Folder = Place, Every = TimeSpan.FromHours(6) },
                new CheckpointPlaceSettings { Name = "gone", Url = gone.Url, Every = TimeSpan.FromHours(6) },
            ],
        });
        await Eventually.TrueAsync(() => Directory.GetFiles(Place).Length == 1, "the checkpoint of the start");
        await Eventually.TrueAsync(() => gone.Received.Count == 1, "the post of the start");
        await gateway.InitializeAsync();
        await gone.DisposeAsync();
        await gateway.DisposeAsync();

        var last = Directory.GetFiles(Place).Select(File.ReadAllBytes).MaxBy(static bytes =>
            Checkpoint.TryParse(SignedNote.Parse(bytes)!.Text, out var checkpoint) ? checkpoint.Size : -1);
        var report = AuditLogVerifier.Verify(Audit, new VerificationRequest { Keys = Own(), Outside = [new OutsideCheckpoint("kept", last)] });
        Assert.True(report.IsVouched, string.Join('\n', report.Statements));
        Assert.Contains($"Entries 0 to {Assert.Single(report.Logs).Size - 1} are those of that checkpoint", report.Statements[0], StringComparison.Ordinal);
        Assert.Contains("did not reach checkpoints.gone: unreachable", gateway.Diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain("did not reach checkpoints.archive", gateway.Diagnostics, StringComparison.Ordinal);
    }

    // The interval is six hours: the report of a place that is behind would come after that.
    [Fact]
    public async Task APlaceThatFailsFromTheBeginning_IsReportedAtTheStart_AndTheGatewayRuns()
    {
        var missing = Path.Join(folder.FullName, "not-mounted");
        await using var gateway = await StartAsync(new AuditSettings
        {
            Checkpoints =
            [
                new CheckpointPlaceSettings { Name = "archive", Folder = missing, Every = TimeSpan.FromHours(6) },
                new CheckpointPlaceSettings { Name = "meta", Url = new Uri("https://169.254.169.254/put"), Every = TimeSpan.FromHours(6) },
                new CheckpointPlaceSettings { Name = "down", Url = new Uri($"https://127.0.0.1:{LoopbackPorts.Next()}/put"), Every = TimeSpan.FromHours(6) },
            ],
        });
        await gateway.InitializeAsync();
        foreach (var line in (string[])[$"checkpoints.archive at {missing}: no-folder; make the folder or mount its volume; see: gatehouse doctor checkpoints",
            "checkpoints.meta at https://169.254.169.254/put: destination-refused; use a place with an address that the SSRF guard allows",
            "checkpoints.down at https://127.0.0.1:"])
        {
            await Eventually.TrueAsync(
                () => gateway.Diagnostics.Contains($"the first checkpoint of the audit log did not reach {line}", StringComparison.Ordinal), line);
        }

        Directory.CreateDirectory(missing);
        await Eventually.TrueAsync(() => gateway.Diagnostics.Contains("checkpoints of the audit log reach checkpoints.archive again", StringComparison.Ordinal), "mounted");
        Assert.Single(gateway.Diagnostics.Split('\n'), line => line.Contains("did not reach checkpoints.archive", StringComparison.Ordinal));
    }

    // The operator looks where the fault is: at the place, and not at a volume of the gateway.
    [Fact]
    public async Task AnAnswerThatIsTooLong_IsAFaultOfThePlace()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var web = builder.Build();
        web.Run(static async context => await context.Response.Body.WriteAsync(new byte[1 << 20]));
        await web.StartAsync(TestContext.Current.CancellationToken);
        var place = new CheckpointPlaceSettings { Name = "archive", Url = new Uri(web.Urls.First()), Every = TimeSpan.FromHours(6) };
        await using var gateway = await StartAsync(new AuditSettings { Checkpoints = [place] });
        await gateway.InitializeAsync();
        await Eventually.TrueAsync(() => gateway.Diagnostics.Contains(
            $"did not reach checkpoints.archive at {place.Url}: unreadable-answer; ask the operator of the place", StringComparison.Ordinal), "the fault");
    }

    [Fact]
    public async Task WithoutEd25519_AGatewayStartsWithoutAWitness_AndNotWithOne()
    {
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => StartWithoutEd25519Async(Witness(1, MakeWitness())));
        Assert.Contains("install OpenSSL 3", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Audit)); // before anything is opened
        await using var gateway = await StartWithoutEd25519Async(new AuditSettings());
        await gateway.InitializeAsync();
    }

    [Fact]
    public async Task WithoutEd25519_AReloadThatNamesAWitness_IsRefused_AndTheConfigurationStaysInForce()
    {
        var witness = Witness(1, MakeWitness());
        ConfigurationResult? next = null;
        await using var gateway = await StartWithoutEd25519Async(new AuditSettings(), () => next!);
        var before = gateway.Host.Snapshots.Current;
        next = new ConfigurationResult
        {
            Settings = before.Settings with { Audit = before.Settings.Audit with { Witnesses = witness.Witnesses } },
            Faults = [],
            SourcePath = "f",
        };
        Assert.Contains("install OpenSSL 3", Assert.Single(await gateway.Host.ReloadAsync()), StringComparison.Ordinal);
        Assert.Same(before, gateway.Host.Snapshots.Current);
    }

    private string Folder(string name) => Made(Path.Join(folder.FullName, name));

    private static string Made(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to, Path.GetRelativePath(from, file));
            Made(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private string[] MakeWitness()
    {
        using var service = WitnessService.Create(WitnessFolder, RunningWitness.Name, "Example Org", TimeProvider.System);
        return [.. service.Keys];
    }

    private static AuditSettings Witness(int port, IReadOnlyList<string> keys) => new()
    {
        WitnessEvery = TimeSpan.FromSeconds(1),
        Witnesses = [new WitnessSettings { Name = "independent", Url = new Uri($"http://127.0.0.1:{port}"), Keys = keys, Operator = "Example Org" }],
    };

    private Task<TestGateway> StartAsync(AuditSettings audit) =>
        TestGateway.StartAsync(settings => settings with { StateDirectory = State, Audit = audit }, keepState: true);

    private Task<TestGateway> StartWithoutEd25519Async(AuditSettings audit, Func<ConfigurationResult>? reload = null) => TestGateway.StartAsync(
        settings => settings with { StateDirectory = State, Audit = audit }, reload: reload, keepState: true,
        options: static options => options with { HasEd25519 = false });

    private NoteKey[] Own() => [.. LogKeyFile.Parse(File.ReadAllText(Path.Join(Audit, "log-0001", "log.vkeys")), out _)!];

    private Task UntilLogAsync(Func<long, bool> holds) => Eventually.TrueAsync(() => holds(PublishedSize()), "the checkpoint of the log");

    private long PublishedSize()
    {
        using var log = EvidenceLog.In(Audit).Single().Open();
        return log.Checkpoint?.Size ?? 0;
    }

    private static Task UntilAsync(TestGateway gateway, Func<string, bool> holds) => Eventually.TrueAsync(
        () => new GatewayStatus(gateway.Host).Facts().TryGetValue("log.witness.independent", out var fact) && holds(fact), "status of the witness");

    private async Task<Served> ServeAsync(int port)
    {
        var service = WitnessService.Open(WitnessFolder, TimeProvider.System);
        if (service.Logs.Count == 0) service.AddFirst(Own());
        return new Served(service, await WitnessListener.StartAsync(new WitnessListenerOptions { Witness = service, Listen = new Uri($"http://127.0.0.1:{port}") }));
    }

    private sealed class Served(WitnessService service, WitnessListener listener) : IAsyncDisposable
    {
        public WitnessService Witness => service;

        public async ValueTask DisposeAsync()
        {
            await listener.DisposeAsync();
            service.Dispose();
        }
    }
}
