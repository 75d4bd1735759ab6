using System.Diagnostics;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests;

/// <summary>Files of secrets that others can read keep the gateway from starting.</summary>
public sealed class SecretFileTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-secret-");

    [Theory]
    [InlineData(UnixFileMode.None, null)]
    [InlineData(UnixFileMode.GroupRead, "can be read by a group; run: chmod g-r")]
    [InlineData(UnixFileMode.OtherRead, "can be read by everybody; run: chmod o-r")]
    public async Task AFileOfOurOwn_IsForUsAlone(UnixFileMode more, string? fault)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are those of Unix.");
        var path = Write(Owner | more);
        if (fault is null)
        {
            await using var gateway = await StartAsync(path);
            Assert.NotNull(gateway);
            return;
        }

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync(path));
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    // An orchestrator owns the file and lets us read it by a group: there is no other way.
    [Fact]
    public async Task AFileOfTheOrchestrator_MayBeReadByTheGroupItNames()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can give a file away.");
        var path = Write(Owner | UnixFileMode.GroupRead);
        using (var chown = Process.Start("chown", ["12345", path])!) await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        await using var gateway = await StartAsync(path);
        Assert.NotNull(gateway);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync(path));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static Task<TestGateway> StartAsync(string path) => TestGateway.StartAsync(s => s with
    {
        Servers = [s.Servers[0] with
            { Http = s.Servers[0].Http! with
                { Credential = new CredentialSettings("Authorization", new SecretReference("file", path), "Bearer ") } }],
    });

    private string Write(UnixFileMode mode)
    {
        var path = Path.Join(folder.FullName, "secret");
        File.WriteAllText(path, "hunter2");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
        return path;
    }
}
