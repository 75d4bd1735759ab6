using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

public sealed class LostEntriesTests
{
    private readonly HandClock clock = new();

    // Threat: the record for the next process is written while a commit reports earlier losses, and the process ends before that commit does.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LossesThatACommitReports_AreUnreportedUntilItHasEnded(bool fails)
    {
        var lost = new LostEntries(clock);
        Lose(lost, 3);
        var batch = new CommitBatch();
        lost.MoveTo(batch);
        Assert.Equal(new LossRecord(3, DateTimeOffset.UnixEpoch), lost.Unreported);
        clock.Advance(TimeSpan.FromHours(1));
        Lose(lost, 2);
        Assert.Equal(new LossRecord(5, DateTimeOffset.UnixEpoch), lost.Unreported);
        if (fails) lost.Add(batch);
        else lost.Reported(batch);
        // The number of the entry that should have reported three is missing as well.
        Assert.Equal(fails ? new LossRecord(6, DateTimeOffset.UnixEpoch) : new LossRecord(2, DateTimeOffset.UnixEpoch.AddHours(1)), lost.Unreported);
    }

    [Fact]
    public void LossesOfAnEarlierProcess_AreAddedFromTheirMoment()
    {
        clock.Advance(TimeSpan.FromHours(2));
        var lost = new LostEntries(clock);
        Lose(lost, 1);
        lost.Restore(new LossRecord(4, DateTimeOffset.UnixEpoch.AddHours(1)));
        Assert.Equal(new LossRecord(5, DateTimeOffset.UnixEpoch.AddHours(1)), lost.Unreported);
        Assert.Equal(1, lost.Total);
    }

    private static void Lose(LostEntries lost, int times)
    {
        for (var i = 0; i < times; i++)
            lost.Add(new AuditEntry { Kind = AuditEntryKind.Begun, ExchangeId = "one", At = DateTimeOffset.UnixEpoch }, isAwaited: true);
    }
}
