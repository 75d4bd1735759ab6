using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Witnesses;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>Pipes and devices in place of files hold no reload, and what cannot be read in the folder of the texts stops no start.</summary>
[Trait("Requirement", "CO-02")]
public sealed class UnreadableFileTests
{
    [Fact]
    public async Task APipeInPlaceOfAFile_HoldsNoTurn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo");
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        foreach (var path in new[] { gateway.Policy, gateway.Main })
        {
            var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            File.Delete(path);
            await RunAsync("mkfifo", path);
            // Each of them returns: a reading that waited for a writer would never.
            Assert.Contains(await InTimeAsync(gateway.Host.ReloadAsync), fault => fault.Contains("regular file", StringComparison.Ordinal));
            Assert.Contains("regular file", (await InTimeAsync(() => gateway.RollBackAsync(first, force: true))).Refusal!.Message, StringComparison.Ordinal);
            File.Delete(path);
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }

        Assert.Empty(await gateway.Host.ReloadAsync());
    }

    [Fact]
    public async Task ADevice_OrAPipeBehindALink_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo");
        await using var gateway = await FiledGateway.StartAsync();
        var pipe = Path.Combine(gateway.Folder, "pipe");
        await RunAsync("mkfifo", pipe);
        foreach (var target in new[] { "/dev/zero", pipe })
        {
            File.Delete(gateway.Policy);
            File.CreateSymbolicLink(gateway.Policy, target);
            var read = await InTimeAsync(() => Task.FromResult(ConfigurationLoader.Load(gateway.Request())));
            Assert.Contains(read.Faults, fault => fault.ToString().Contains("regular file", StringComparison.Ordinal));
        }

        File.Delete(gateway.Policy);
        gateway.WritePolicy("alice");
    }

    [Fact]
    public async Task APipeInPlaceOfASecret_HoldsNoTurn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo");
        var folder = Directory.CreateTempSubdirectory("gatehouse-secret-");
        var pipe = Path.Combine(folder.FullName, "pipe");
        await RunAsync("mkfifo", pipe);
        File.SetUnixFileMode(pipe, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            InTimeAsync(() => new SecretResolver().ReadAllAsync([new SecretUse("a", new SecretReference("file", pipe))])));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task APipeInPlaceOfTheListOfDestroyedKeys_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo");
        var folder = Directory.CreateTempSubdirectory("gatehouse-keys-");
        var list = Path.Combine(folder.FullName, "list");
        await RunAsync("mkfifo", list);
        var fault = await Assert.ThrowsAsync<IOException>(() => InTimeAsync(() => Task.FromResult(SubjectKeys.TryOpen(
            SubjectKeyFile.Open(Path.Combine(folder.FullName, "keys.db")), KeyRing.CreateInMemory(TimeProvider.System), list))));
        Assert.Contains("not a regular file", fault.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    // A renewal opens the files in a handshake, so a pipe would hold every caller, and not only the start.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task APipeInPlaceOfTheCertificateOrItsKey_HoldsNoStart(bool isKey)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo");
        var folder = Directory.CreateTempSubdirectory("gatehouse-certificate-");
        var (certificate, key) = (Path.Combine(folder.FullName, "tls.pem"), Path.Combine(folder.FullName, "tls.key"));
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=test", pair, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow.AddDays(1));
        if (isKey) await File.WriteAllTextAsync(certificate, made.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await RunAsync("mkfifo", isKey ? key : certificate);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() =>
            InTimeAsync(() => Task.FromResult(new ServerCertificate(certificate, key, NullLogger.Instance))));
        Assert.Contains("not a regular file", fault.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    // Whoever may add to the folder of checkpoints may take the name of the next one.
    [Fact]
    public async Task APipeInTheFolderOfCheckpoints_HoldsNoSending_AndTheCheckpointIsWritten()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo");
        await using var gateway = await FiledGateway.StartAsync();
        await gateway.Host.Core.Services.Audit.FlushAsync();
        var folder = Directory.CreateTempSubdirectory("gatehouse-places-");
        using var log = EvidenceLog.In(gateway.Host.State.Audit)[^1].Open();
        var place = new FolderPlace(new CheckpointPlaceSettings { Name = "a", Folder = folder.FullName });
        Assert.Null((await place.SendAsync(log, 0, TestContext.Current.CancellationToken)).Fault);
        var file = Assert.Single(folder.GetFiles());
        file.Delete();
        await RunAsync("mkfifo", file.FullName);
        Assert.Null((await InTimeAsync(() => place.SendAsync(log, 0, TestContext.Current.CancellationToken))).Fault);
        var written = Assert.Single(folder.GetFiles(), one => one.FullName != file.FullName);
        Assert.Equal(log.CheckpointBytes.ToArray(), await File.ReadAllBytesAsync(written.FullName, TestContext.Current.CancellationToken));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("order", false)]
    [InlineData("order", true)]
    [InlineData("replacement", false)]
    [InlineData("replacement", true)]
    public async Task AFileOfTheStore_ThatCannotBeRead_StopsNoStart(string name, bool isDamaged)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var path = Path.Combine(gateway.Texts, name);
        await gateway.RestartAsync(() =>
        {
            File.Delete(path);
            if (isDamaged) File.WriteAllText(path, "damaged");
            else Directory.CreateDirectory(path); // unreadable for root too; a file of another account is the same to others
        });
        var history = await gateway.HistoryAsync();
        Assert.Equal(2, history.Count(one => one.Outcome == "applied"));
        if (name != "replacement") return;
        // The configuration in force stays without an outage, so a reload is refused until the operator has looked.
        gateway.WritePolicy("bob");
        var fault = Assert.Single(await gateway.Host.ReloadAsync());
        Assert.Contains($"then delete {path}", fault, StringComparison.Ordinal);
        if (isDamaged) File.Delete(path);
        else Directory.Delete(path);
        await gateway.ReloadAsync();
    }

    [Fact]
    public async Task AMixture_IsRefusedStill()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var other = new ConfigurationTexts([new SnapshotFile(SnapshotPart.Main, gateway.Main, "x"u8.ToArray())]);
        gateway.Recorder.Store.Replacement.Begin(other.FilesDigest, other.FilesDigest);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => gateway.RestartAsync());
        Assert.Contains("neither", fault.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(gateway.Texts, "replacement"));
        await gateway.RestartAsync();
    }

    // An opening of a pipe holds its thread until a writer comes, so the deadline is watched by another one.
    private static Task<T> InTimeAsync<T>(Func<Task<T>> reading) =>
        Task.Run(reading).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private static async Task RunAsync(string program, string argument)
    {
        using var process = Process.Start(program, [argument]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, process.ExitCode.ToString(CultureInfo.InvariantCulture));
    }
}
