using Gatehouse.Audit;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>What the operator is told of the room of the log.</summary>
[Trait("Requirement", "AU-06")]
[Trait("NoRetry", "yes")]
public sealed class AuditWatchTests
{
    [Fact]
    public void RoomThatGoesUpAndDownAroundAMark_IsToldOfOnce_AndAgainWhenItCameBack()
    {
        List<string> told = [];
        var clock = new ManualTimeProvider();
        var log = new RoomLog();
        using var watch = new AuditWatch(log, "audit", clock, new EventTexts(told.Add));
        int After(params int[] percents)
        {
            foreach (var percent in percents)
            {
                log.Room = percent;
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            return told.Count;
        }

        Assert.Equal(0, After(30, 26));
        Assert.Equal(1, After(24, 26, 24, 26, 24, 30, 24));
        Assert.Contains("less than 25 % of its room is left", told[0], StringComparison.Ordinal);
        Assert.Equal(2, After(9, 11, 9, 12, 9));
        Assert.Equal(3, After(60, 24)); // there was room again
    }

    [Fact]
    public void CheckpointsThatAreLate_AreReportedOnce_AndTheirEndToo()
    {
        List<string> reported = [];
        var clock = new ManualTimeProvider();
        var log = new RoomLog();
        using var watch = new AuditWatch(log, "audit", clock, new EventTexts(reported.Add));
        foreach (var seconds in (int[])[0, 1, 0, 1, 299]) After(seconds);
        Assert.Empty(reported);
        foreach (var seconds in (int[])[300, 301, 4000]) After(seconds);
        Assert.Contains("no checkpoint of the audit log covers its last 7 entries for 300 s: the disk is full", Assert.Single(reported), StringComparison.Ordinal);
        foreach (var seconds in (int[])[1, 0, 1]) After(seconds);
        Assert.Equal(2, reported.Count);
        Assert.Contains("cover its entries again, after 4000 s", reported[1], StringComparison.Ordinal);
        After(500);
        Assert.Equal(3, reported.Count);

        void After(int seconds)
        {
            log.Uncovered = TimeSpan.FromSeconds(seconds);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private sealed class RoomLog : IAuditLog
    {
        public int Room { get; set; } = 100;

        public TimeSpan Uncovered { get; set; }

        public bool IsAvailable => true;

        public AuditLogStatistics Statistics => new()
        {
            Bytes = 100 - Room,
            RoomBytes = Room,
            Uncovered = Uncovered,
            Size = 10,
            PublishedSize = 3,
            TreeFault = "the disk is full",
        };

        public ValueTask AppendDurableAsync(AuditEntry entry) => ValueTask.CompletedTask;

        public bool TryAppend(AuditEntry entry) => true;

        public ValueTask FlushAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
