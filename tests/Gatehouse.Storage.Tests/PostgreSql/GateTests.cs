using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.PostgreSql;

/// <summary>Calls that wait for a connection have a limit, and closing lets those that are inside finish.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task CallsBeyondTheQueue_AreRefused()
    {
        var gate = new Gate(1, 2);
        var held = new TaskCompletionSource<int>();
        var inside = Enumerable.Range(0, 3).Select(_ => gate.RunAsync(() => new ValueTask<int>(held.Task), CancellationToken.None).AsTask()).ToList();
        await Assert.ThrowsAsync<StoreException>(() => gate.RunAsync(() => new ValueTask<int>(1), CancellationToken.None).AsTask());
        held.SetResult(7);
        Assert.All(await Task.WhenAll(inside), static result => Assert.Equal(7, result));
        Assert.Equal(1, await gate.RunAsync(() => new ValueTask<int>(1), CancellationToken.None));
    }

    [Fact]
    public async Task Closing_WaitsForThoseInside_AndLetsNoOtherIn()
    {
        var gate = new Gate(1, 2);
        var held = new TaskCompletionSource<int>();
        var inside = Enumerable.Range(0, 2).Select(_ => gate.RunAsync(() => new ValueTask<int>(held.Task), CancellationToken.None).AsTask()).ToList();
        var closing = gate.CloseAsync().AsTask();
        Assert.False(closing.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => gate.RunAsync(() => new ValueTask<int>(1), CancellationToken.None).AsTask());
        held.SetResult(7);
        await closing;
        Assert.All(await Task.WhenAll(inside), static result => Assert.Equal(7, result));
    }

    [Fact]
    public async Task ACallThatIsCancelledWhileItWaits_DoesNotRun_AndFreesItsPlace()
    {
        var gate = new Gate(1, 1);
        var held = new TaskCompletionSource<int>();
        var first = gate.RunAsync(() => new ValueTask<int>(held.Task), CancellationToken.None).AsTask();
        using var source = new CancellationTokenSource();
        var second = gate.RunAsync<int>(() => throw new InvalidOperationException("it ran"), source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        var third = gate.RunAsync(() => new ValueTask<int>(3), CancellationToken.None).AsTask();
        held.SetResult(7);
        Assert.Equal((7, 3), (await first, await third));
    }
}
