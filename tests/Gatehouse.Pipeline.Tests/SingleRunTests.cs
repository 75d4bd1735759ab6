using Gatehouse.Pipeline.Bounds;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Pipeline.Tests;

/// <summary>Work in the background: one run at a time, and nothing of it is forgotten.</summary>
public sealed class SingleRunTests
{
    [Fact]
    public async Task WorkThatComesMeanwhile_IsOneFurtherRun()
    {
        var (begun, goes, runs) = (new TaskCompletionSource(), new TaskCompletionSource(), new List<string>());
        await using var single = new SingleRun<string>("test", string.Concat, async (work, _) =>
        {
            runs.Add(work);
            begun.TrySetResult();
            await goes.Task;
        }, NullLogger.Instance);
        single.Begin("a");
        await begun.Task;
        single.Begin("b");
        single.Begin("c");
        goes.SetResult();
        await single.SettledAsync();
        Assert.Equal(["a", "bc"], runs);
    }

    [Fact]
    public async Task WorkThatFailed_IsDoneAgainWhenAskedFor_AndNotBefore()
    {
        var (runs, fails) = (new List<string>(), true);
        await using var single = new SingleRun<string>("test", string.Concat, (work, _) =>
        {
            runs.Add(work);
            return fails ? throw new InvalidOperationException("for the test") : Task.CompletedTask;
        }, NullLogger.Instance);
        single.Begin("a");
        await single.SettledAsync();
        single.Begin("b");
        await single.SettledAsync();
        single.BeginWithFailed("c");
        await single.SettledAsync();
        fails = false;
        single.BeginWithFailed("d");
        await single.SettledAsync();
        single.BeginWithFailed("e");
        await single.SettledAsync();
        Assert.Equal(["a", "b", "abc", "abcd", "e"], runs);
    }

    [Fact]
    public async Task TheEnd_CancelsTheRunInProgress_AndTakesNoFurtherWork()
    {
        var (begun, runs) = (new TaskCompletionSource(), 0);
        var single = new SingleRun<string>("test", string.Concat, (_, cancellation) =>
        {
            runs++;
            begun.TrySetResult();
            return new TaskCompletionSource().Task.WaitAsync(cancellation);
        }, NullLogger.Instance);
        single.Begin("a");
        await begun.Task;
        single.Begin("b");
        await single.DisposeAsync();
        single.Begin("c");
        await single.SettledAsync();
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task EachPartRuns_AndTheFirstFaultIsThrownAtTheEnd()
    {
        var (faults, done) = (new FirstFault(), new List<int>());
        await faults.ForEachAsync([1, 2, 3], number =>
        {
            done.Add(number);
            return number < 3 ? throw new InvalidOperationException($"{number}") : Task.CompletedTask;
        });
        faults.Run(() => throw new InvalidOperationException("4"));
        Assert.Equal([1, 2, 3], done);
        Assert.Equal("1", Assert.Throws<InvalidOperationException>(faults.Throw).Message);
        await Assert.ThrowsAsync<OperationCanceledException>(() => faults.RunAsync(() => throw new OperationCanceledException()));
    }
}
