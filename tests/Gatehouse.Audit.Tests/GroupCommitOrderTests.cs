using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

public sealed class GroupCommitOrderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly FaultyFolder directory = new() { Hold = new ManualResetEventSlim(initialState: true) };

    [Fact]
    public async Task AQuietLog_CommitsOnTheCallersThread()
    {
        await using var log = Open();
        var append = log.AppendDurableAsync(Entry("one"));
        Assert.True(append.IsCompletedSuccessfully);
        Assert.Equal(1, directory.Syncs); // the entries with which the log begins are put in place with their segment
    }

    [Fact]
    public async Task EntriesDuringACommit_ShareTheNextOne()
    {
        await using var log = Open();
        directory.Hold!.Reset();
        List<Task> appends = [BesideAsync(log, "first")];
        Assert.True(SpinWait.SpinUntil(() => directory.Text(isSynced: false).Length > 0, Patience));
        appends.AddRange(Enumerable.Range(1, 19).Select(i => log.AppendDurableAsync(Entry("e" + i)).AsTask()));
        directory.Hold!.Set();
        await Task.WhenAll(appends).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(22, log.Statistics.Entries);
        Assert.InRange(log.Statistics.Commits, 2, 3);
    }

    [Fact]
    public async Task AnEntryNobodyWaitsFor_BecomesDurableByItself()
    {
        await using var log = Open();
        Assert.True(log.TryAppend(Entry("one")));
        Assert.True(SpinWait.SpinUntil(() => log.Statistics.Entries > 2, Patience));
        Assert.Equal(3, log.Statistics.Entries);
    }

    [Fact]
    public async Task ManyCallersAtOnce_LoseNothingAndKeepTheOrder()
    {
        const int Callers = 16, Each = 500;
        var log = Open();
        await using (log)
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    if (i % 3 == 0) await log.AppendDurableAsync(Entry($"c{caller}"));
                    else if (i % 3 == 1) await BesideAsync(log, $"c{caller}");
                    else Assert.True(log.TryAppend(Entry($"c{caller}")));
                }
            }))).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        var sequences = directory.Text(isSynced: false).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(3, Callers * Each).Select(i => (long)i), sequences);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFailedSync_FailsEveryWaiter_AndTheNextCommitIsTriedAnew(bool beside)
    {
        await using var log = Open();
        directory.FailSyncs = int.MaxValue;
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await AppendAsync());
        Assert.False(log.IsAvailable);
        directory.FailSyncs = 0;
        await AppendAsync();
        Assert.True(log.IsAvailable);
        Assert.Equal(1, log.Statistics.Lost);

        ValueTask AppendAsync() => beside ? new ValueTask(BesideAsync(log, "one")) : log.AppendDurableAsync(Entry("one"));
    }

    [Fact]
    public async Task AFullQueue_RefusesInsteadOfWaiting()
    {
        await using var log = Open(maxQueued: 2);
        directory.Hold!.Reset();
        var first = BesideAsync(log, "one");
        Assert.True(SpinWait.SpinUntil(() => directory.Text(isSynced: false).Length > 0, Patience));
        Assert.True(log.TryAppend(Entry("two")));
        Assert.True(log.TryAppend(Entry("three")));
        Assert.False(log.TryAppend(Entry("four")));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("five")));
        directory.Hold!.Set();
        await first.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Closing_WritesWhatIsQueued()
    {
        var log = Open();
        log.TryAppend(Entry("last"));
        await log.DisposeAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Contains("\"last\"", directory.Text(isSynced: false), StringComparison.Ordinal);
        Assert.False(log.TryAppend(Entry("too late")));
    }

    // On another thread: a caller that finds the log quiet commits on its own.
    private static Task BesideAsync(GroupCommitLog log, string id) => Task.Run(() => log.AppendDurableAsync(Entry(id)).AsTask());

    private GroupCommitLog Open(int maxQueued = 65_536) =>
        new(new AuditLogOptions { Directory = "/nowhere", MaxQueued = maxQueued, PreallocateBytes = 1, SpareBytes = 0, Time = new HandClock() },
            directory, new TestLogKeys());

    private static AuditEntry Entry(string id) => new() { Kind = AuditEntryKind.Begun, ExchangeId = id, At = DateTimeOffset.UnixEpoch };
}
