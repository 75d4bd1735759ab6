using System.Collections.Concurrent;
using Gatehouse.Isolation.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Isolation.Tests;

[Trait("Requirement", "G14")]
public sealed class StderrTests
{
    private readonly ConcurrentQueue<string> lines = [];
    private readonly ManualTimeProvider time = new();

    [Fact]
    public async Task Lines_ArePassedOnInOrder()
    {
        Assert.Equal(["one", "two", "without a break"], await LinesOf("printf 'one\\ntwo\\r\\nwithout a break' >&2"));
    }

    [Fact]
    public async Task ALine_IsAsItWasWritten_ForWhoeverShowsItToEscape()
    {
        var line = Assert.Single(await LinesOf("printf 'a\\033[2Jb\\007\\tc\\342\\200\\256d\\363\\240\\201\\201e\\377\\n' >&2"));
        Assert.Equal("a\u001b[2Jb\u0007\tc\u202ed\U000e0041e\ufffd", line);
    }

    [Fact]
    public async Task ALongLine_IsCut()
    {
        var lines = await LinesOf("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo next >&2",
            Local.Options() with { StderrLineBytes = 10 });
        Assert.Equal(["xxxxxxxxxx…", "next"], lines);
    }

    [Fact]
    public async Task AFlood_NeitherBlocksNorPassesTheLimit()
    {
        await using var process =
            Start("i=0; while [ $i -lt 50 ]; do seq 1 2000 >&2; i=$((i+1)); done; echo done", Local.Options() with { StderrLinesPerSecond = 7 });
        Assert.Equal("done", await process.ReadLineAsync());
        await process.DisposeAsync();

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], lines);
        Assert.Equal(100_000 - 7, process.DroppedStderrLines);
    }

    [Fact]
    public async Task TheLimit_IsNewEachSecond()
    {
        await using var process = Start("seq 1 5 >&2; read go; seq 6 10 >&2", Local.Options() with { StderrLinesPerSecond = 2 });
        await Local.EventuallyAsync(() => process.DroppedStderrLines == 3);
        time.Advance(TimeSpan.FromSeconds(1));
        await process.Input.WriteAsync("go\n"u8.ToArray());
        await process.Input.FlushAsync();
        await process.Exited;
        await process.DisposeAsync();
        Assert.Equal(["1", "2", "6", "7"], lines);
        Assert.Equal(6, process.DroppedStderrLines);
    }

    [Fact]
    public async Task AReceiverThatThrows_DoesNotStopTheReading()
    {
        var options = Local.Options("/bin/sh", "-c", "seq 1 50 >&2; head -c 1000000 /dev/zero >&2; echo done");
        await using var process = LocalProcess.Start(options, _ => throw new InvalidOperationException(), time);
        Assert.Equal("done", await process.ReadLineAsync());
        await process.DisposeAsync();
        Assert.Equal(51, process.DroppedStderrLines);
    }

    private async Task<string[]> LinesOf(string script, LocalProcessOptions? options = null)
    {
        var process = Start(script, options);
        await process.Exited;
        await process.DisposeAsync();
        return [.. lines];
    }

    private LocalProcess Start(string script, LocalProcessOptions? options = null) =>
        LocalProcess.Start((options ?? Local.Options()) with { Command = ["/bin/sh", "-c", script] }, lines.Enqueue, time);
}
