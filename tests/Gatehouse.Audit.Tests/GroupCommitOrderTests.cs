using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

public sealed class GroupCommitOrderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly BlockingDirectory directory = new();

    [Fact]
    public async Task AQuietLog_CommitsOnTheCallersThread()
    {
        await using var log = Open();
        var append = log.AppendDurableAsync(Entry("one"));
        Assert.True(append.IsCompletedSuccessfully);
        Assert.Equal(1, directory.Syncs);
    }

    [Fact]
    public async Task BesideOtherWork_ReturnsBeforeTheSync()
    {
        await using var log = Open();
        directory.MaySync.Reset();
        var append = log.AppendDurableBesideAsync(Entry("one")).AsTask();
        Assert.False(append.IsCompleted);
        directory.MaySync.Set();
        await append.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Contains("\"one\"", directory.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EntriesDuringACommit_ShareTheNextOne()
    {
        await using var log = Open();
        directory.MaySync.Reset();
        var appends = Enumerable.Range(0, 20).Select(i => log.AppendDurableBesideAsync(Entry("e" + i)).AsTask()).ToList();
        directory.MaySync.Set();
        await Task.WhenAll(appends).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(20, log.Statistics.Entries);
        Assert.InRange(log.Statistics.Commits, 1, 2);
    }

    [Fact]
    public async Task AnEntryNobodyWaitsFor_BecomesDurableByItself()
    {
        await using var log = Open();
        Assert.True(log.TryAppend(Entry("one")));
        Assert.True(SpinWait.SpinUntil(() => log.Statistics.Entries > 0, Patience));
        Assert.Equal(1, log.Statistics.Entries);
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
                    else if (i % 3 == 1) await log.AppendDurableBesideAsync(Entry($"c{caller}"));
                    else Assert.True(log.TryAppend(Entry($"c{caller}")));
                }
            }))).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        var sequences = directory.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(1, Callers * Each).Select(i => (long)i), sequences);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFailedSync_FailsEveryWaiter_AndTheNextCommitIsTriedAnew(bool beside)
    {
        await using var log = Open();
        directory.Fails = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await AppendAsync());
        Assert.False(log.IsAvailable);
        directory.Fails = false;
        await AppendAsync();
        Assert.True(log.IsAvailable);
        Assert.Equal(1, log.Statistics.Lost);

        ValueTask AppendAsync() => beside ? log.AppendDurableBesideAsync(Entry("one")) : log.AppendDurableAsync(Entry("one"));
    }

    [Fact]
    public async Task AFullQueue_RefusesInsteadOfWaiting()
    {
        await using var log = Open(maxQueued: 2);
        directory.MaySync.Reset();
        var first = log.AppendDurableBesideAsync(Entry("one")).AsTask();
        Assert.True(SpinWait.SpinUntil(() => directory.Text.Length > 0, Patience));
        Assert.True(log.TryAppend(Entry("two")));
        Assert.True(log.TryAppend(Entry("three")));
        Assert.False(log.TryAppend(Entry("four")));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("five")));
        directory.MaySync.Set();
        await first.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Closing_WritesWhatIsQueued()
    {
        var log = Open();
        log.TryAppend(Entry("last"));
        await log.DisposeAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Contains("\"last\"", directory.Text, StringComparison.Ordinal);
        Assert.False(log.TryAppend(Entry("too late")));
    }

    private GroupCommitLog Open(int maxQueued = 65_536) =>
        new(new AuditLogOptions { Directory = "/nowhere", MaxQueued = maxQueued, PreallocateBytes = 1, Time = new HandClock() }, directory);

    private static AuditEntry Entry(string id) => new() { Kind = AuditEntryKind.Begun, ExchangeId = id, At = DateTimeOffset.UnixEpoch };
}
