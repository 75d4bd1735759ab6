using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>The one timer of many moments.</summary>
public sealed class EarliestTimerTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly List<long> runs = [];

    [Fact]
    public void RunsAtTheEarliestMoment_AndAtThoseThatItsBodyReturns()
    {
        var rest = new Queue<long>([Ms(30), Timestamps.Never]);
        using var timer = New(rest.Dequeue);
        foreach (var moment in new[] { 20, 10, 15 }) timer.Schedule(Ms(moment));
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([Ms(10), Ms(30)], runs);
        Assert.Equal(0, clock.Planned);
        timer.Schedule(Ms(120));
        rest.Enqueue(Timestamps.Never);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(Ms(120), runs[^1]);
    }

    // The body has looked already, and does not know of the moment.
    [Fact]
    public void MomentThatIsScheduledDuringTheRun_IsNotOverlooked()
    {
        EarliestTimer? timer = null;
        using var made = timer = New(() =>
        {
            if (runs.Count == 1) timer!.Schedule(Ms(15));
            return runs.Count == 1 ? Ms(40) : Timestamps.Never;
        });
        timer.Schedule(Ms(10));
        clock.Advance(TimeSpan.FromMilliseconds(30));
        Assert.Equal([Ms(10), Ms(15)], runs);
    }

    [Fact]
    public void BodyThatFails_RunsAgain()
    {
        var reports = new List<string>();
        using var timer = new EarliestTimer(clock, "dues", () =>
        {
            runs.Add(clock.GetTimestamp());
            return runs.Count == 1 ? throw new InvalidOperationException("content") : Timestamps.Never;
        }, new EventTexts(reports.Add));
        timer.Schedule(Ms(10));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([Ms(10), Ms(1010)], runs);
        Assert.StartsWith("fault in dues: System.InvalidOperationException", Assert.Single(reports), StringComparison.Ordinal);
    }

    [Fact]
    public void MomentBeyondTheLongestTimer_IsLookedAtBefore()
    {
        var far = TimeSpan.FromDays(90).Ticks;
        using var timer = New(() => clock.GetTimestamp() < far ? far : Timestamps.Never);
        timer.Schedule(far);
        clock.Advance(TimeSpan.FromDays(200));
        Assert.Equal([TimeSpan.FromDays(40).Ticks, TimeSpan.FromDays(80).Ticks, far], runs);
    }

    // The difference of the two timestamps is no positive one that wrapped.
    [Fact]
    public void MomentInTheFarPast_IsDueNow()
    {
        using var timer = New(static () => Timestamps.Never);
        clock.Advance(TimeSpan.FromSeconds(1));
        timer.Schedule(long.MinValue);
        clock.Advance(TimeSpan.Zero);
        Assert.Single(runs);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(5, -7, -2)]
    [InlineData(5, long.MaxValue, long.MaxValue)]
    [InlineData(long.MaxValue - 1, 1, long.MaxValue)]
    [InlineData(-5, long.MinValue, long.MinValue)]
    public void SumsOfTimestamps_DoNotWrap(long timestamp, long ticks, long expected) =>
        Assert.Equal(expected, clock.After(timestamp, TimeSpan.FromTicks(ticks)));

    // The clock of the system counts nanoseconds, that of the tests ticks.
    [Fact]
    public void SumsOfTimestamps_AreInTheUnitOfTheClock()
    {
        var nanoseconds = new ClockOfFrequency(1_000_000_000);
        Assert.Equal(5_250_000_000, nanoseconds.After(5_000_000_000, TimeSpan.FromMilliseconds(250)));
        Assert.Equal(Timestamps.Never, nanoseconds.After(0, TimeSpan.FromDays(365 * 300)));
        Assert.Equal(1_007, new ClockOfFrequency(1000).After(1_000, TimeSpan.FromMilliseconds(7)));
    }

    private static long Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds).Ticks;

    private EarliestTimer New(Func<long> body) => new(clock, "dues", () =>
    {
        runs.Add(clock.GetTimestamp());
        return body();
    }, NullLogger.Instance);

    private sealed class ClockOfFrequency(long frequency) : TimeProvider
    {
        public override long TimestampFrequency => frequency;
    }
}
