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

    // A line that is wider than the terminal goes on in the next row, and the return to the first column leaves the row above for good.
    [Theory]
    [InlineData("日本語のサーバー名", 2)]
    [InlineData("😀", 2)]
    [InlineData("plain words ", 1)]
    public async Task ALongLine_IsCutToTheColumnsOfATerminal(string word, int columns)
    {
        await using var progress = Shown(string.Concat(Enumerable.Repeat(word, 40)), out var first);
        await Eventually.AdvancedAsync(clock, TimeSpan.FromMilliseconds(250), first);
        Assert.True(written.TryDequeue(out var line));
        var shown = line["\r\u001b[K".Length..];
        Assert.EndsWith("...", shown, StringComparison.Ordinal);
        var kept = shown[..^3];
        Assert.InRange((kept.EnumerateRunes().Count() * columns) + 3, 76, 78);
        Assert.False(char.IsHighSurrogate(kept[^1]));
    }

    [Fact]
    public async Task ALineThatFits_IsShownWhole()
    {
        await using var progress = Shown(new string('あ', 36), out var first);
        await Eventually.AdvancedAsync(clock, TimeSpan.FromMilliseconds(250), first);
        Assert.True(written.TryDequeue(out var line));
        Assert.Equal($"\r\u001b[K{new string('あ', 36)} (1 s)", line);
    }

    [Fact]
    public async Task NoTerminal_GetsNoLine()
    {
        await using (new Progress("reading", isTerminal: false, clock, written.Enqueue)) clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(written);
    }

    private Progress Shown(string work, out Task first)
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first = shown.Task;
        return new Progress(work, isTerminal: true, clock, text =>
        {
            written.Enqueue(text);
            shown.TrySetResult();
        });
    }
}
