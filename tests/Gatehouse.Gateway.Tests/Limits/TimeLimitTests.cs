using Gatehouse.Gateway.Transport;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Times of work that is part of an exchange (EX-03), and the moment in which the work ends and its time is over.</summary>
[Trait("Requirement", "EX-03")]
[Trait("NoRetry", "yes")]
public sealed class TimeLimitTests
{
    [Fact]
    public void Ends_WhenItsTimeIsOver_AndNotOnceItIsLifted()
    {
        var clock = new ManualTimeProvider();
        using var first = new TimeLimit(TimeSpan.FromSeconds(5), clock, CancellationToken.None);
        using var lifted = new TimeLimit(TimeSpan.FromSeconds(5), clock, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(first.Token.IsCancellationRequested);
        lifted.Lift();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(first.Token.IsCancellationRequested);
        Assert.False(lifted.Token.IsCancellationRequested);
        Assert.Equal(0, clock.Planned);
    }

    [Fact]
    public void Ends_WithItsCaller_AndLeavesNoTimer()
    {
        var clock = new ManualTimeProvider();
        using var caller = new CancellationTokenSource();
        using (var limit = new TimeLimit(TimeSpan.FromSeconds(5), clock, caller.Token))
        {
            caller.Cancel();
            Assert.True(limit.Token.IsCancellationRequested);
        }

        Assert.Equal(0, clock.Planned);
    }

    // An exception in a timer's callback has nobody to catch it and ends the process.
    [Fact]
    public async Task TimerThatFiresAfterTheBodyWasRead_DisturbsNobody()
    {
        var clock = new LateTimers();
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream("{}"u8.ToArray());
        using (var source = new HttpMessageSource(context, new ByteBudget(1 << 20), TimeSpan.FromSeconds(5), clock))
            Assert.Equal("{}"u8.ToArray(), (await source.ReadAsync(CallerPartition.Unknown, 1024, CancellationToken.None)).ToArray());
        Assert.NotEqual(0, clock.FireAll());
    }

    /// <summary>Timers that fire only when told to, and then even if they were disposed of: as one does that is already on its way.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly List<Action> timers = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timers.Add(() => callback(state));
            return new NoTimer();
        }

        public int FireAll()
        {
            timers.ForEach(fire => fire());
            return timers.Count;
        }

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
