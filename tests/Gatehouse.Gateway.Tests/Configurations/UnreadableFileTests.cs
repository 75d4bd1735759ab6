using System.Diagnostics;
using System.Globalization;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Snapshots;
using Gatehouse.Outbound;
using Gatehouse.Settings;

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
        var other = new ConfigurationSnapshot([new SnapshotFile(SnapshotPart.Main, gateway.Main, "x"u8.ToArray())]);
        gateway.Recorder.Store.BeginReplacement(other.FilesDigest, other.FilesDigest);
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
