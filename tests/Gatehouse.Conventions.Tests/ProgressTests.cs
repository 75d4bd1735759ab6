using Gatehouse.Cli.Output;
using Gatehouse.Testing;

namespace Gatehouse.Conventions.Tests;

/// <summary>A long command says on a terminal what it does, and leaves nothing behind.</summary>
public sealed class ProgressTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> written = new();

    [Fact]
    public async Task ALine_ComesAfterASecond_IsEscaped_AndIsGoneAtTheEnd()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var progress = new Progress("reading \u001b[31mfiles", isTerminal: true, clock, text =>
        {
            written.Enqueue(text);
            first.TrySetResult();
        });
        await Eventually.AdvancedAsync(clock, TimeSpan.FromMilliseconds(250), first.Task);
        Assert.True(written.TryDequeue(out var line));
        Assert.Matches("^\r\u001b\\[Kreading \\\\u\\{001B\\}\\[31mfiles \\(1 s\\)$", line);
        progress.Without(() => written.Enqueue("result"));
        await progress.DisposeAsync();
        Assert.Equal(["\r\u001b[K", "result"], written.Where(one => !one.Contains("reading", StringComparison.Ordinal)).Take(2));
    }

    [Fact]
    public async Task NoTerminal_GetsNoLine()
    {
        await using (new Progress("reading", isTerminal: false, clock, written.Enqueue)) clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(written);
    }
}
