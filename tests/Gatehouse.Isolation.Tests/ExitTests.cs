using System.Diagnostics;
using Gatehouse.Isolation.Tests.Support;

namespace Gatehouse.Isolation.Tests;

[Trait("Requirement", "G16")]
public sealed class ExitTests
{
    [Fact]
    public async Task AnExitOfItsOwn_IsObserved()
    {
        await using var process = Local.Shell("exit 3");
        var exit = await process.Exited.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((3, null, false), (exit.Code, exit.Signal, exit.WasRequested));
    }

    [Fact]
    public async Task AKillFromOutside_IsObserved()
    {
        await using var process = Local.Start("sleep", "600");
        Process.GetProcessById(process.Id).Kill();
        var exit = await process.Exited.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((137, 9, false), (exit.Code, exit.Signal, exit.WasRequested));
        Assert.Equal(0, await process.Output.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task AWriteAfterItsEnd_IsAnInputOutputFault()
    {
        await using var process = Local.Start("true");
        await process.Exited;
        await Assert.ThrowsAsync<IOException>(() => process.Input.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task DisposingAfterAnExitOfItsOwn_DoesNotMakeItRequested()
    {
        var process = Local.Shell("exit 0");
        await process.Exited;
        await process.DisposeAsync();
        Assert.False((await process.Exited).WasRequested);
    }
}
