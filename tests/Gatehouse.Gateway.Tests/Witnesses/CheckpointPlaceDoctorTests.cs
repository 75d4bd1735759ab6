using System.Net;
using System.Net.Sockets;
using Gatehouse.Gateway.Witnesses;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Witnesses;

/// <summary>Places of checkpoints that cannot work are found before the first checkpoint is sent, and a place that is only down is not.</summary>
[Trait("Requirement", "AU-02")]
public sealed class CheckpointPlaceDoctorTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-places-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void AFolder_ThatIsMissingOrAFile_IsAWarning_AndOneThatTakesFilesIsNot()
    {
        var file = Path.Combine(folder.FullName, "file");
        File.WriteAllText(file, "");
        var gone = Path.Combine(folder.FullName, "none");
        var warnings = CheckpointPlaceDoctor.Warnings(Places(Folder("good", folder.FullName), Folder("gone", gone), Folder("file", file))).ToList();
        Assert.Equal(["audit.checkpoints[1].folder", "audit.checkpoints[2].folder"], warnings.Select(warning => warning.Path));
        Assert.Contains("is not there", warnings[0].Message, StringComparison.Ordinal);
        Assert.Contains("so no checkpoint of the audit log reaches checkpoints.gone", warnings[0].Message, StringComparison.Ordinal);
        Assert.Contains("make the folder or mount its volume", warnings[0].Remedy, StringComparison.Ordinal);
        Assert.Contains("is a file", warnings[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatTakesNoFiles_IsAWarning()
    {
        if (!OperatingSystem.IsLinux()) return;
        // Read-only for every account, also for that of a test in a container: the system's own folder of processes takes no files.
        var warning = Assert.Single(CheckpointPlaceDoctor.Warnings(Places(Folder("closed", "/proc/self"))));
        Assert.Contains("may not add files to /proc/self", warning.Message, StringComparison.Ordinal);
        Assert.Contains("the account of the gateway", warning.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://169.254.169.254/put", true)]
    [InlineData("https://[fe80::1]/put", true)]
    [InlineData("https://[::ffff:169.254.169.254]/put", true)]
    [InlineData("https://127.0.0.1:9/put", false)] // nothing listens: it is down, and has no fault
    [InlineData("https://10.0.0.1/put", false)]
    public void AnAddressThatTheGuardRefuses_IsAWarning(string url, bool isRefused)
    {
        var warnings = CheckpointPlaceDoctor.Warnings(Places(new CheckpointPlaceSettings { Name = "post", Url = new Uri(url) })).ToList();
        Assert.Equal(isRefused, warnings.Count == 1);
        if (isRefused) Assert.Contains("the SSRF guard refuses every address of", warnings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANameOfAHost_IsResolvedByTheDoctor_WithTheRulesOfTheGuard()
    {
        var settings = Places(Post("meta.example"), Post("unknown.example"), Post("half.example"), Post("good.example")) with
        {
            Witnesses = [new WitnessSettings { Name = "other", Url = new Uri("https://meta.example"), Keys = [], Operator = "Example" }],
        };
        Assert.Empty(CheckpointPlaceDoctor.Warnings(settings)); // config check asks no resolver
        var reports = await CheckpointPlaceDoctor.ExamineAsync(settings, new Names(), TestContext.Current.CancellationToken);
        Assert.Equal(["audit.witnesses[0].url", "audit.checkpoints[0].url", "audit.checkpoints[1].url", "audit.checkpoints[2].url", "audit.checkpoints[3].url"],
            reports.Select(report => report.Path));
        Assert.All(reports.Take(2), report => Assert.Contains("the SSRF guard refuses every address of meta.example", report.Fault, StringComparison.Ordinal));
        Assert.Contains("the name unknown.example has no address now", reports[2].Fault, StringComparison.Ordinal);
        Assert.All(reports.Skip(3), report => Assert.Null(report.Fault));
        Assert.All(reports, report => Assert.Equal(report.Fault is null, report.Remedy is null));
    }

    private static AuditSettings Places(params CheckpointPlaceSettings[] places) => new() { Checkpoints = places };

    private static CheckpointPlaceSettings Folder(string name, string path) => new() { Name = name, Folder = path };

    private static CheckpointPlaceSettings Post(string host) => new() { Name = host.Split('.')[0], Url = new Uri($"https://{host}/put") };

    private sealed class Names : INameResolver
    {
        public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) => host switch
        {
            "meta.example" => ValueTask.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254")]),
            "half.example" => ValueTask.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254"), IPAddress.Parse("192.0.2.1")]),
            "good.example" => ValueTask.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1")]),
            _ => throw new SocketException((int)SocketError.HostNotFound),
        };
    }
}
