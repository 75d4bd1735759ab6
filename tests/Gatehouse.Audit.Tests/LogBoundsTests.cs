using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

/// <summary>A log at its bounds says so, whether or not somebody writes to it, refuses every entry, and recovers by itself.</summary>
[Trait("Requirement", "AU-06")]
public sealed class LogBoundsTests
{
    private readonly HandClock clock = new();
    private readonly FaultyFolder directory = new();

    [Fact]
    public async Task WithoutSpace_EveryEntryIsRefused_NotOneInAWhile()
    {
        await using var log = Open();
        await log.AppendDurableAsync(Entry("before"));
        directory.Free = 1;
        for (var i = 0; i < 200; i++) await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("x")));
        Assert.Equal(3, log.Statistics.Entries); // log.birth, log.opened, and the first
    }

    // Threat: a full log refuses calls, and grows by the payload of each.
    [Fact]
    public async Task AFullLog_TakesNoPayloads_AndSmallEntriesFollowWhereThereIsRoomForThem()
    {
        const int total = 2 << 20;
        await using var log = new GroupCommitLog(Options() with { MaxTotalBytes = total }, directory, new TestLogKeys());
        var kept = 0;
        for (var i = 0; i < 200; i++)
        {
            try
            {
                await log.AppendDurableAsync(WithPayload(i, 100_000));
                kept++;
            }
            catch (AuditUnavailableException e)
            {
                Assert.Contains("total size", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(kept, 10, 20);
        Assert.InRange(directory.TotalBytes, 1, total);
        await log.AppendDurableAsync(Entry("small"));
    }

    [Fact]
    public async Task AVolumeWithoutSpace_TakesNoPayload()
    {
        await using var log = Open();
        await log.AppendDurableAsync(Entry("before"));
        directory.Free = 1;
        for (var i = 0; i < 20; i++)
            await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(WithPayload(i, 100_000)));
        Assert.DoesNotContain(directory.Paths, static path => path.Contains("/payloads/", StringComparison.Ordinal));
    }

    private static AuditEntry WithPayload(int number, int length) => Entry("kept") with
    {
        Kind = AuditEntryKind.Begun,
        Payload = new AuditPayload($"{number}-".PadRight(length, 'p'), AuditPayload.Whole, length),
    };

    [Fact]
    public async Task AnIdleLog_NoticesThatItsVolumeIsFull_AndThatItIsNotAnyMore()
    {
        await using var log = Open();
        await log.AppendDurableAsync(Entry("before"));
        directory.Free = 1;
        Assert.True(log.IsAvailable); // it looks once a second at most
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(log.IsAvailable);
        Assert.Contains("free space", log.WhyUnavailable, StringComparison.Ordinal);
        directory.Free = long.MaxValue;
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(log.IsAvailable);
        Assert.Null(log.WhyUnavailable);
        Assert.Equal(0, log.Statistics.Lost);
    }

    [Fact]
    public async Task AFullVolume_IsKnownFromTheStart()
    {
        directory.Free = 1;
        await using var log = Open();
        Assert.False(log.IsAvailable);
    }

    [Fact]
    public async Task WhatWasLost_IsSaidByTheLog_AsSoonAsItCanWrite_WithoutTraffic()
    {
        await using var log = Open();
        directory.FailSyncs = int.MaxValue;
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("one")));
        log.TryAppend(Entry("two"));
        log.TryAppend(Entry("three"));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("four")));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(log.IsAvailable); // tries to write, and fails again
        directory.FailSyncs = 0;
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(log.IsAvailable);
        Assert.Equal(4, log.Statistics.Lost);
        var gap = Assert.Single(Entries(), e => e.TryGetProperty("act", out var act) && act.GetString() == "log.gap");
        // The entries that would have reported it have numbers that are missing as well: two, and a third one where the entries that no caller waits
        // for had a commit of their own.
        Assert.Contains(gap.GetProperty("lost").GetString(), new[] { "6", "7" });
        Assert.Equal("1970-01-01T00:00:00.0000000Z", gap.GetProperty("since").GetString());
    }

    // Threat: a caller fills the disk, and its entries are missing. The process ends before there is room, and nothing says that any were lost.
    [Theory]
    [InlineData("stopped")]
    [InlineData("killed")]
    public async Task WhatWasLost_IsSaidOnce_ByTheNextProcess_WhereThisOneNeverCouldWrite(string how)
    {
        var keys = new TestLogKeys();
        var log = new GroupCommitLog(Options(), directory, keys);
        await log.AppendDurableAsync(Entry("before"));
        clock.Advance(TimeSpan.FromHours(1));
        directory.Free = 1;
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("one")));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("two")));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(log.IsAvailable); // a look of the host, once a second
        var killed = directory.AfterPowerLoss(new Random(1));
        await log.DisposeAsync();
        var left = how == "killed" ? killed : directory;
        left.Free = long.MaxValue;
        for (var start = 0; start < 2; start++)
        {
            await using var next = new GroupCommitLog(Options(), left, keys);
            await next.AppendDurableAsync(Entry($"after {start}"));
            Assert.Equal(0, next.Statistics.Lost); // those of this process
        }

        var gap = Assert.Single(Entries(left), e => e.TryGetProperty("act", out var act) && act.GetString() == "log.gap");
        // The entries that would have reported it count as well.
        Assert.True(long.Parse(gap.GetProperty("lost").GetString()!, CultureInfo.InvariantCulture) >= 2);
        Assert.Equal("1970-01-01T01:00:00.0000000Z", gap.GetProperty("since").GetString());
    }

    [Fact]
    public async Task AFullQueue_LosesEntries_AndTheNextCommitSaysHowMany()
    {
        var held = new FaultyFolder();
        await using (var log = new GroupCommitLog(Options() with { MaxQueued = 8 }, held, new TestLogKeys()))
        {
            held.Hold = new ManualResetEventSlim(false);
            var first = Task.Run(async () => await log.AppendDurableAsync(Entry("first")), TestContext.Current.CancellationToken);
            Assert.True(SpinWait.SpinUntil(() => held.Text(isSynced: false).Contains("first", StringComparison.Ordinal), TimeSpan.FromMinutes(1)));
            Assert.Equal(8, Enumerable.Range(0, 20).Count(i => log.TryAppend(Entry($"q{i}"))));
            held.Hold.Set();
            await first;
        }

        Assert.Contains("\"act\":\"log.gap\",\"lost\":\"12\"", held.SyncedText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ArchivedSegments_MakeRoomAgain_WithoutARestart()
    {
        await using var log = new GroupCommitLog(Options() with { SegmentBytes = 16 << 10, MaxTotalBytes = 256 << 10 }, directory, new TestLogKeys());
        await Assert.ThrowsAsync<AuditUnavailableException>(async () =>
        {
            while (true) await log.AppendDurableAsync(Entry("entry"));
        });
        await log.PublishAsync();
        Assert.InRange(log.Statistics.Bytes, 100 << 10, 256 << 10);
        directory.Archive();
        clock.Advance(TimeSpan.FromSeconds(1));
        await log.AppendDurableAsync(Entry("after"));
        Assert.True(log.IsAvailable);
    }

    [Fact]
    public async Task TheLastBytesAboveTheBound_AreForEntries()
    {
        directory.Free = 3000;
        await using var log = new GroupCommitLog(Options() with { MinFreeBytes = 500, PreallocateBytes = 4096 }, directory, new TestLogKeys());
        await log.AppendDurableAsync(Entry("small"));
        Assert.InRange(directory.Bytes(directory.Segments[0]).Length, 1, 2500);
    }

    private List<JsonElement> Entries() => Entries(directory);

    private static List<JsonElement> Entries(FaultyFolder folder) =>
        [.. folder.SyncedText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private GroupCommitLog Open() => new(Options(), directory, new TestLogKeys());

    private AuditLogOptions Options() => new() { Directory = "unused", PreallocateBytes = 0, SpareBytes = 0, Time = clock };

    private static AuditEntry Entry(string name) =>
        new() { Kind = AuditEntryKind.Ended, ExchangeId = "id", At = DateTimeOffset.UnixEpoch, Name = name };
}
