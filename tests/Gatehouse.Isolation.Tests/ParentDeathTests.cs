using System.Diagnostics;
using System.Globalization;
using Gatehouse.Isolation.Tests.Support;

namespace Gatehouse.Isolation.Tests;

[Trait("Requirement", "G15")]
public sealed class ParentDeathTests
{
    [Fact]
    public async Task KillingTheParent_EndsAChildThatIgnoresItsInput()
    {
        using var host = StartHost("sleep", "600");
        var child = int.Parse((await host.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        // The thread that asked for the start has ended, as the host says before it names the child; the child must not have.
        Assert.True(Local.Runs(child));
        Assert.False(host.HasExited);

        host.Kill();
        await host.WaitForExitAsync();
        await Local.EventuallyAsync(() => !Local.Runs(child));
    }

    private static Process StartHost(params string[] command)
    {
        var assembly = Path.Join(AppContext.BaseDirectory, "Gatehouse.Isolation.Tests.Host.dll");
        var startInfo = new ProcessStartInfo(DotnetPath(), [assembly, .. command]) { RedirectStandardOutput = true };
        return Process.Start(startInfo)!;
    }

    private static string DotnetPath() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? Environment.ProcessPath!
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
