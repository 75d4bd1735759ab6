using Gatehouse.Pipeline.Bounds;
using Gatehouse.Testing;

namespace Gatehouse.Pipeline.Tests;

/// <summary>An exception in the body of a timer ends neither the process nor the timer (CWE-248).</summary>
public sealed class GuardedTimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider clock = new();
    private readonly List<string> reports = [];
    private int runs;

    [Fact]
    public void ABodyThatFails_RunsAgain_AndIsReportedByTypeAlone()
    {
        using var timer = GuardedTimer.Start(clock, "work", Fail, Second, Second, new EventTexts(reports.Add));
        clock.Advance(3 * Second);
        Assert.Equal((3, 3), (runs, reports.Count));
        Assert.All(reports, report => Assert.StartsWith("fault in work: System.InvalidOperationException at ", report, StringComparison.Ordinal));
        Assert.All(reports, report => Assert.DoesNotContain("content of a message", report, StringComparison.Ordinal));
    }

    [Fact]
    public void AnAsynchronousBodyThatFails_RunsAgain_AndIsReported()
    {
        using var timer = GuardedTimer.StartTask(clock, "work", async () =>
        {
            await Task.CompletedTask;
            Fail();
        }, Second, Second, new EventTexts(reports.Add));
        clock.Advance(2 * Second);
        Assert.Equal((2, 2), (runs, reports.Count));
    }

    [Fact]
    public void AReportThatFails_EndsNothing()
    {
        using var timer = GuardedTimer.Start(clock, "work", Fail, Second, Second, new EventTexts(_ => throw new IOException("no space left")));
        clock.Advance(2 * Second);
        Assert.Equal(2, runs);
        GuardedTimer.Run("part", Fail, new EventTexts(_ => throw new IOException("no space left")));
        Assert.Equal(3, runs);
    }

    private void Fail()
    {
        runs++;
        throw new InvalidOperationException("content of a message");
    }
}
