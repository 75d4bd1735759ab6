using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests;

[Trait("Requirement", "AU-06")]
public sealed class GroupCommitLogTests
{
    [Fact]
    public async Task OpenAndClose_ManyTimes_AlwaysEnds()
    {
        for (var i = 0; i < 300; i++)
        {
            await using var log = new GroupCommitLog(Options(), new FaultyFolder(), new TestLogKeys());
            log.TryAppend(Entry("a"));
            if (i % 2 == 0) await log.AppendDurableAsync(Entry("b"));
            log.TryAppend(Entry("c"));
        }
    }

    [Fact]
    public async Task DurableEntries_AreSyncedBeforeTheCallReturns()
    {
        var directory = new FaultyFolder();
        await using var log = new GroupCommitLog(Options(), directory, new TestLogKeys());
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            await log.AppendDurableAsync(Entry($"e{i}"));
            Assert.Contains($"\"e{i}\"", directory.SyncedText(), StringComparison.Ordinal);
        })));
        Assert.Equal(FirstEntries + 64, log.Statistics.Entries);
        Assert.True(log.Statistics.Commits <= 1 + 64);
    }

    [Fact]
    public async Task FailedSync_IsNeverRetriedOnTheSameFile()
    {
        var directory = new FaultyFolder();
        await using var log = new GroupCommitLog(Options(), directory, new TestLogKeys());
        directory.FailSyncs = 1;
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("lost")));
        Assert.False(log.IsAvailable);
        await log.AppendDurableAsync(Entry("kept"));
        Assert.True(log.IsAvailable);
        Assert.Equal(3, directory.Segments.Count); // that of the first entries, that of the failed sync, and the next one
        Assert.DoesNotContain("\"name\":\"lost\"", directory.SyncedText(), StringComparison.Ordinal);
        Assert.Contains("kept", directory.SyncedText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullDisk_RefusesBeforeItIsFullAndRecovers()
    {
        var directory = new FaultyFolder { Free = 1 };
        await using var log = new GroupCommitLog(Options(), directory, new TestLogKeys());
        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("x")));
        Assert.Contains("free space", refused.Message, StringComparison.Ordinal);
        directory.Free = long.MaxValue;
        await log.AppendDurableAsync(Entry("y"));
        Assert.True(log.IsAvailable);
    }

    [Fact]
    public async Task ReadOnlyVolume_IsReportedAndRecovers()
    {
        var directory = new FaultyFolder { ReadOnly = true };
        await using var log = new GroupCommitLog(Options(), directory, new TestLogKeys());
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("x")));
        directory.ReadOnly = false;
        await log.AppendDurableAsync(Entry("y"));
        Assert.True(log.IsAvailable);
    }

    [Fact]
    public async Task TotalSize_IsBounded()
    {
        var directory = new FaultyFolder();
        var options = Options() with { SegmentBytes = 512, MaxTotalBytes = 8192, PreallocateBytes = 0 };
        await using var log = new GroupCommitLog(options, directory, new TestLogKeys());
        await Assert.ThrowsAsync<AuditUnavailableException>(async () =>
        {
            for (var i = 0; i < 100; i++) await log.AppendDurableAsync(Entry("entry"));
        });
        Assert.True(directory.TotalBytes <= 8192 + 4096);
    }

    [Fact]
    public async Task Queue_IsBounded()
    {
        var directory = new FaultyFolder();
        await using var log = new GroupCommitLog(Options() with { MaxQueued = 8 }, directory, new TestLogKeys());
        directory.Hold = new ManualResetEventSlim(false);
        var first = Task.Run(async () => await log.AppendDurableAsync(Entry("first")));
        Assert.True(SpinWait.SpinUntil(() => directory.Text(isSynced: false).Contains("first", StringComparison.Ordinal), TimeSpan.FromMinutes(1)));
        var taken = Enumerable.Range(0, 20).Count(i => log.TryAppend(Entry($"q{i}")));
        directory.Hold.Set();
        await first;
        Assert.Equal(8, taken);
        Assert.Equal(12, log.Statistics.Lost);
    }

    [Fact]
    public async Task Segments_OnDisk_ReadBackInOrderAndArePrivate()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-audit-");
        try
        {
            await using (var log = GroupCommitLog.Open(Options() with { Directory = folder.FullName, SegmentBytes = 4096 }, new TestLogKeys()))
            {
                for (var i = 0; i < 50; i++) await log.AppendDurableAsync(Entry($"e{i:D2}"));
            }

            var entries = AuditLogReader.Read(folder.FullName).ToList();
            Assert.Equal(FirstEntries + 50, entries.Count);
            Assert.Equal(Enumerable.Range(1, FirstEntries + 50).Select(i => (long)i), entries.Select(e => e.GetProperty("seq").GetInt64()));
            Assert.All(folder.GetFiles("*", SearchOption.AllDirectories),
                f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f.FullName)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task NamesChosenByAttackers_CannotForgeALine()
    {
        var directory = new FaultyFolder();
        await using var log = new GroupCommitLog(Options(), directory, new TestLogKeys());
        await log.AppendDurableAsync(Entry("evil\n{\"v\":1,\"kind\":\"ended\"}\u001b[2J\u202e"));
        var text = directory.SyncedText();
        Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
    }

    // log.birth and log.opened
    private const int FirstEntries = 2;

    private static AuditLogOptions Options() => new() { Directory = "unused", PreallocateBytes = 4096, SpareBytes = 0, Time = new HandClock() };

    private static AuditEntry Entry(string name) => new()
    {
        Kind = AuditEntryKind.Ended,
        ExchangeId = "id",
        At = DateTimeOffset.UnixEpoch,
        Name = name,
    };
}
