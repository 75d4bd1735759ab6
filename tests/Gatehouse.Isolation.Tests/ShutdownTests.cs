using Gatehouse.Isolation.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Isolation.Tests;

[Trait("Requirement", "G15")]
public sealed class ShutdownTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider time = new();

    [Fact]
    public async Task TheEndOfInput_EndsIt()
    {
        var process = LocalProcess.Start(Local.Options("cat"), _ => { }, time);
        await process.DisposeAsync();

        var exit = await process.Exited;
        Assert.Equal((0, true, null), (exit.Code, exit.WasRequested, exit.Signal));
        Assert.Equal(time.GetUtcNow(), exit.At);
        Assert.False(Local.Runs(process.Id));
    }

    [Fact]
    public async Task InputAndOutput_AreTheSameBytes()
    {
        await using var process = Local.Start("cat");
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await process.Input.WriteAsync(bytes);
        await process.Input.FlushAsync();
        var back = new byte[256];
        await process.Output.ReadExactlyAsync(back);
        Assert.Equal(bytes, back);
    }

    [Fact]
    public async Task WhoIgnoresTheEndOfInput_IsAskedToTerminateAfterTheGrace()
    {
        var process = Start("trap 'exit 7' TERM; trap 'echo alive' WINCH; echo ready; while :; do sleep 0.02; done");
        await process.ReadLineAsync();
        var ending = process.DisposeAsync().AsTask();

        time.Advance(Grace - TimeSpan.FromTicks(1));
        Local.Signal(process.Id, "WINCH");
        Assert.Equal("alive", await process.ReadLineAsync()); // a TERM that had been sent would have been answered first
        Assert.False(ending.IsCompleted);

        time.Advance(TimeSpan.FromTicks(1));
        await ending;
        Assert.Equal(7, (await process.Exited).Code); // of the trap alone: its output may close before it is read
    }

    [Fact]
    public async Task WhoIgnoresEverything_IsKilledAndSoIsItsGrandchild()
    {
        var process = Start("trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.02; done' & wait; while :; do sleep 0.02; done");
        var grandchild = await process.ReadNumberAsync();
        var ending = process.DisposeAsync().AsTask();
        await PassGraceAsync(ending);
        await PassGraceAsync(ending);
        await ending.WaitAsync(Patience);

        var exit = await process.Exited;
        Assert.Equal((137, 9, true), (exit.Code, exit.Signal, exit.WasRequested));
        Assert.False(Local.Runs(process.Id));
        await Local.EventuallyAsync(() => !Local.Runs(grandchild));
        Assert.Equal(2 * Grace, time.GetUtcNow() - new ManualTimeProvider().GetUtcNow());
    }

    [Fact]
    public async Task WhoLeavesAGrandchildBehind_TakesItAlong()
    {
        await using var process = Start("sleep 600 >/dev/null 2>&1 </dev/null & echo $!");
        var grandchild = await process.ReadNumberAsync();
        await process.Exited;
        await Local.EventuallyAsync(() => !Local.Runs(grandchild));
    }

    [Fact]
    public async Task AGrandchildInAGroupOfItsOwn_IsEndedToo()
    {
        // Job control gives each job a process group of its own within the session.
        await using var process = LocalProcess.Start(
            Local.Options("bash", "-c", "set -m; sleep 600 >/dev/null 2>&1 </dev/null & echo $!"), _ => { }, time);
        var grandchild = await process.ReadNumberAsync();
        await process.Exited;
        await Local.EventuallyAsync(() => !Local.Runs(grandchild));
    }

    [Fact]
    public async Task AStoppedProcess_IsEnded()
    {
        var process = Start("echo ready; kill -STOP $$; sleep 600");
        await process.ReadLineAsync();
        await Local.EventuallyAsync(() => Local.Stat(process.Id)[0] == "T");
        var ending = process.DisposeAsync().AsTask();
        await PassGraceAsync(ending);
        await ending.WaitAsync(Patience);
        Assert.Equal(15, (await process.Exited).Signal);
    }

    [Fact]
    public async Task AWriteThatNobodyReads_DoesNotHoldUpTheEnd()
    {
        var process = LocalProcess.Start(Local.Options("sleep", "600") with { ShutdownGrace = Grace }, _ => { }, time);
        var writing = process.Input.WriteAsync(new byte[1 << 20]).AsTask();
        var ending = process.DisposeAsync().AsTask();
        await PassGraceAsync(ending);
        await ending.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<Exception>(() => writing.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.True(writing.IsCompleted);
    }

    [Fact]
    public async Task ADescendantThatEscapedWithTheErrorPipe_DoesNotHoldUpTheEnd()
    {
        var process = Start("setsid sleep 600 >/dev/null </dev/null & echo $!; cat");
        var escaped = await process.ReadNumberAsync();
        await Local.EventuallyAsync(() => Local.Stat(escaped)[3] != $"{process.Id}");
        var ending = process.DisposeAsync().AsTask();
        Assert.Equal(0, (await process.Exited).Code);
        while (!ending.IsCompleted) await PassGraceAsync(ending);
        await ending;
        System.Diagnostics.Process.GetProcessById(escaped).Kill();
    }

    [Fact]
    public async Task EveryCaller_WaitsForTheSameEnd()
    {
        var process = Start("cat; sleep 0.2");
        await Task.WhenAll(process.DisposeAsync().AsTask(), process.DisposeAsync().AsTask());
        Assert.False(Local.Runs(process.Id));
        await process.DisposeAsync();
    }

    [Fact]
    public async Task ManyAtOnce_AllEnd()
    {
        var processes = Enumerable.Range(0, 20).AsParallel().Select(_ => LocalProcess.Start(Local.Options("cat"), _ => { }, time)).ToArray();
        Assert.Equal(processes.Length, processes.Select(process => process.Id).Distinct().Count());
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
        Assert.All(processes, process => Assert.False(Local.Runs(process.Id)));
    }

    [Fact]
    public async Task WithoutTheTools_ItStillEndsWithItsTree()
    {
        var options = Local.Options("/bin/sh", "-c",
            "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.02; done' & wait; while :; do sleep 0.02; done")
            with
        { ShutdownGrace = Grace };
        var process = LocalProcess.Start(options, _ => { }, time, LaunchTools.None);
        Assert.False(process.IsGroupLeader);
        Assert.False(process.EndsWithParent);
        var grandchild = await process.ReadNumberAsync();

        var ending = process.DisposeAsync().AsTask();
        await PassGraceAsync(ending);
        await PassGraceAsync(ending);
        await ending.WaitAsync(Patience);
        Assert.False(Local.Runs(process.Id));
        await Local.EventuallyAsync(() => !Local.Runs(grandchild));
    }

    private LocalProcess Start(string script) => Local.Shell(script, Local.Options() with { ShutdownGrace = Grace }, time);

    /// <summary>Lets a grace pass, as soon as the end waits for one.</summary>
    private async Task PassGraceAsync(Task ending)
    {
        await Eventually.TrueAsync(() => ending.IsCompleted || time.Planned > 0, "the end waits for its grace");
        if (!ending.IsCompleted) time.Advance(Grace);
    }
}
