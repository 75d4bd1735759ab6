using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Support;

public sealed class ManualTimeProviderTests
{
    [Fact]
    public void FiresTimersInOrderAtTheirOwnMoments()
    {
        var clock = new ManualTimeProvider();
        var start = clock.GetUtcNow();
        var fired = new List<(string Name, TimeSpan At)>();
        using var late = clock.CreateTimer(_ => fired.Add(("late", clock.GetUtcNow() - start)), null, TimeSpan.FromSeconds(5),
            Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => fired.Add(("often", clock.GetUtcNow() - start)), null, TimeSpan.FromSeconds(2),
            TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([("often", 2), ("often", 4), ("late", 5), ("often", 6)], fired.Select(entry => (entry.Name, (int)entry.At.TotalSeconds)));
    }

    [Fact]
    public async Task DrivesDelaysAndTimeouts()
    {
        var clock = new ManualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromMinutes(1), clock, TestContext.Current.CancellationToken);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2), clock);
        clock.Advance(TimeSpan.FromMinutes(1));
        await delay;
        Assert.False(timeout.IsCancellationRequested);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(timeout.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromMinutes(2), clock.GetElapsedTime(0));
    }
}
