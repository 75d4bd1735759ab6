using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Tests;

/// <summary>The segment of the journal that is prepared in advance (<see cref="AuditLogOptions.SpareBytes"/>).</summary>
public sealed class SpareSegmentTests
{
    private const string Spare = "log-0001/" + LogLayout.SpareSegment;
    private const int SpareBytes = 8192;

    private readonly FaultyFolder folder = new();
    private readonly TestLogKeys keys = new();

    [Fact]
    public async Task SegmentThatWouldGrow_EndsWhereASpareOneIsReady_AndEveryEntryIsThere()
    {
        await using (var log = Open())
        {
            await WriteUntilAsync(log, "a", () => folder.Segments.Any(path => folder.Bytes(path).Length == SpareBytes));
            await WriteAsync(log, "b", 40); // into the spare one, and beyond it
            await log.PublishAsync();
        }

        var acts = Acts();
        Assert.Equal(acts.Distinct(), acts);
        Assert.Equal(40, acts.Count(static act => act.StartsWith("b-", StringComparison.Ordinal)));
        Assert.DoesNotContain(Spare, folder.Paths); // a process that ends in order leaves none
    }

    [Fact]
    public async Task CommitIntoASpareSegment_DoesNotLengthenIt()
    {
        await using var log = Open(Options() with { PreallocateBytes = 2048 });
        await WriteUntilAsync(log, "a", () => folder.Segments.Any(path => folder.Bytes(path).Length == SpareBytes));
        var taken = folder.Segments[^1];
        var before = folder.Bytes(taken);
        await log.AppendDurableAsync(Entry("b"));
        var after = folder.Bytes(taken);
        Assert.Equal((SpareBytes, SpareBytes), (before.Length, after.Length));
        Assert.False(before.AsSpan().SequenceEqual(after));
    }

    [Fact]
    public async Task SpareSegmentThatTheDiskRefuses_FailsNoCommit_AndLeavesNothing()
    {
        await using var log = Open();
        await WriteAsync(log, "a", 30);
        var refusals = 0;
        folder.BeforeChange = () =>
        {
            if (refusals > 0 || !folder.Paths.Contains(Spare)) return;
            refusals++; // the first zeros
            throw new IOException("no zeros");
        };
        await log.PublishAsync();
        await log.PublishAsync(); // the act behind the first one has ended
        Assert.Equal(1, refusals);
        Assert.DoesNotContain(Spare, folder.Paths);
        await WriteAsync(log, "b", 40);
        await log.PublishAsync();
        Assert.True(log.IsAvailable, log.WhyUnavailable);
        Assert.Null(log.Statistics.TreeFault);
        Assert.Equal(70, Acts().Count(static act => !act.StartsWith("log.", StringComparison.Ordinal)));
    }

    // After a failed sync, a later sync reports success: zeros that are not on stable storage would be read as stale bytes.
    [Fact]
    public async Task SpareSegmentThatCannotBeSynced_IsNotUsed()
    {
        await using var log = Open();
        await WriteAsync(log, "a", 30);
        var failures = 0;
        folder.BeforeChange = () =>
        {
            if (!folder.Paths.Contains(Spare) || folder.Bytes(Spare).Length < SpareBytes || failures > 0) return;
            failures = folder.FailSyncs = 1;
        };
        await log.PublishAsync();
        await log.PublishAsync(); // the act behind the first one has ended
        folder.BeforeChange = null;
        Assert.Equal((1, 0), (failures, folder.FailSyncs));
        Assert.DoesNotContain(Spare, folder.Paths);
        await WriteAsync(log, "b", 4);
        Assert.DoesNotContain(folder.Segments, path => folder.Bytes(path).Length == SpareBytes);
    }

    // The name may be lost, or the rename may have been done and say that it was not.
    [Theory]
    [InlineData("refused")]
    [InlineData("done")]
    [InlineData("deleted")]
    public async Task SpareSegmentThatCannotBeRenamed_FailsNoCommit(string how)
    {
        await using var log = Open();
        await WriteUntilAsync(log, "a", () => folder.Paths.Contains(Spare));
        await ReadyAsync(log);
        var moves = 0;
        folder.BeforeMove = () => moves++;
        folder.FailMoves = how == "refused";
        if (how == "deleted") folder.Delete(Spare);
        if (how == "done")
        {
            folder.AfterMove = () =>
            {
                folder.AfterMove = null;
                throw new IOException("the answer was lost");
            };
        }

        await WriteAsync(log, "b", 60);
        await log.PublishAsync();
        Assert.True(moves > 0);
        Assert.True(log.IsAvailable, log.WhyUnavailable);
        Assert.Equal(60, Acts().Count(static act => act.StartsWith("b-", StringComparison.Ordinal)));
    }

    // Threat: while a spare segment is renamed, another one is made under its name. The new file gets the name of the segment, and commits go to a
    // file that no reader finds.
    [Fact]
    public async Task SpareSegmentThatIsTaken_IsTheFileUnderTheNameOfTheSegment_AlsoBesideAnotherPreparation()
    {
        const string Segment = "log-0001/journal/0000000002.journal";
        var space = new LogSpace(Options(), folder);
        space.Require(1);
        using var spare = new SpareSegment(Options(), folder, "log-0001", 64 << 10, space);
        spare.Want();
        spare.Prepare();
        spare.Want();
        Task? beside = null;
        folder.BeforeMove = () =>
        {
            beside = Task.Run(spare.Prepare);
            SpinWait.SpinUntil(() => beside.IsCompleted, TimeSpan.FromMilliseconds(100)); // it waits for the rename
        };
        var taken = spare.Take(Segment)!;
        await beside!.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        taken.Write(0, [7]);
        Assert.Equal(7, folder.Bytes(Segment)[0]);
        Assert.Equal(SpareBytes, spare.Length); // the other one is ready
        Assert.All(folder.Bytes(Spare), static one => Assert.Equal(0, one));
    }

    // The same as it comes: short delays of the disk, and failed syncs, which begin a segment before the last one is full.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EntriesThatWereAccepted_AreInTheFolder_WhateverTheDiskDelays(bool withFaults)
    {
        var (moves, refused) = (0, 0);
        for (var seed = 0; seed < 20; seed++)
        {
            var (random, disk) = (new Random(seed), new FaultyFolder());
            var options = Options() with { SegmentBytes = SpareBytes, CheckpointEvery = TimeSpan.FromMilliseconds(1) };
            await using var log = new GroupCommitLog(options, disk, new TestLogKeys());
            disk.BeforeChange = () =>
            {
                int dice;
                lock (random) dice = random.Next(40);
                if (dice < 8) SpinWait.SpinUntil(static () => false, TimeSpan.FromMilliseconds(dice / 3));
            };
            disk.BeforeMove = () =>
            {
                moves++;
                SpinWait.SpinUntil(static () => false, TimeSpan.FromMilliseconds(1));
            };
            List<string> accepted = [];
            for (var i = 0; i < 120; i++)
            {
                if (withFaults && i % 40 == 30) disk.FailSyncs = 1;
                if (await IsTakenAsync(log, $"a-{i}")) accepted.Add($"a-{i}");
                else refused++;
            }

            (disk.BeforeChange, disk.BeforeMove, disk.FailSyncs) = (null, null, 0);
            await log.PublishAsync();
            Assert.Null(log.Statistics.TreeFault);
            var found = disk.Lines(isSynced: false).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("act").GetString()!);
            Assert.Empty(accepted.Except(found));
        }

        Assert.True(moves > 0);
        Assert.Equal(withFaults, refused > 0);
    }

    // A spare segment takes no room from entries: a volume that only the log uses holds about as many with it as without it.
    [Theory]
    [InlineData(16_000)]
    [InlineData(32_000)]
    [InlineData(48_000)]
    [InlineData(64_000)]
    public async Task FullVolume_HoldsAsManyEntries_WithASpareSegment(long volume)
    {
        var with = await AcceptedAsync(Options() with { MinFreeBytes = 4096 }, volume);
        var without = await AcceptedAsync(Options() with { MinFreeBytes = 4096, SpareBytes = 0 }, volume);
        Assert.InRange(with, without * 9 / 10, int.MaxValue);
    }

    [Theory]
    [InlineData(4000, false)] // less than what stays free
    [InlineData(4100, true)] // less than a payload beside it
    public async Task WhereOtherProgramsTakeTheRestOfTheVolume_ItsRoomIsForEntriesAndPayloads(long left, bool isWithPayload)
    {
        folder.Volume = 1 << 20;
        await using var log = Open(Options() with { MinFreeBytes = 4096 });
        await WriteUntilAsync(log, "a", () => folder.Paths.Contains(Spare));
        await ReadyAsync(log);
        folder.Volume = folder.TotalBytes + left;
        var payload = isWithPayload ? new AuditPayload(new string('p', 900), AuditPayload.Whole, 600) : null;
        await log.AppendDurableAsync(Entry("b") with { Payload = payload });
        await WriteAsync(log, "c", 7);
        Assert.DoesNotContain(Spare, folder.Paths);
        Assert.DoesNotContain(folder.Segments, path => folder.Bytes(path).Length == SpareBytes);
    }

    // Threat: another file was put in the place of the spare one, gets the name of the segment, and has no entry that is acknowledged.
    [Fact]
    public async Task AnotherFileInThePlaceOfTheSpareOne_FailsOneCommit_AndGetsNoEntry()
    {
        await using var log = Open();
        await WriteUntilAsync(log, "a", () => folder.Paths.Contains(Spare));
        await ReadyAsync(log);
        folder.Delete(Spare);
        folder.Put(Spare, new byte[SpareBytes], isDurable: true);
        List<string> accepted = [];
        for (var i = 0; i < 60; i++)
        {
            if (await IsTakenAsync(log, $"b-{i}")) accepted.Add($"b-{i}");
        }

        Assert.Equal(59, accepted.Count);
        await log.PublishAsync();
        Assert.Empty(accepted.Except(Acts()));
    }

    // Threat: a look at the folder counts zeros as entries, and the log refuses; or counts less than nothing, and the log passes its bound.
    [Fact]
    public void LookAtTheFolderBesideAPreparation_CountsNoZeros()
    {
        var clock = new HandClock();
        var options = Options() with { Time = clock };
        folder.Put("log-0001/other", new byte[500], isDurable: true);
        var space = new LogSpace(options, folder);
        space.Require(1);
        using var spare = new SpareSegment(options, folder, "log-0001", 64 << 10, space);
        spare.Want();
        folder.WithinUsage = () =>
        {
            folder.WithinUsage = null;
            spare.Prepare(); // behind the count of the files, before what is in advance is known
        };
        clock.Advance(TimeSpan.FromMinutes(1));
        space.CountIfOld();
        Assert.Equal((SpareBytes, 500), (spare.Length, space.Bytes));
    }

    // Threat: a file that came to the folder under the next name, with entries, is replaced.
    [Fact]
    public async Task FileUnderTheNameOfTheNextSegment_IsNotReplacedByASpareOne()
    {
        await using var log = Open();
        await WriteUntilAsync(log, "a", () => folder.Paths.Contains(Spare));
        await log.PublishAsync();
        await log.PublishAsync();
        var number = LogLayout.SegmentNumber(Path.GetFileName(folder.Segments[^1]))!.Value + 1;
        var next = $"log-0001/{LogLayout.Segment(number)}";
        byte[] bytes = [1, 2, 3];
        folder.Put(next, bytes, isDurable: true);
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await WriteAsync(log, "b", 60));
        Assert.Equal(bytes, folder.Bytes(next));
        folder.Delete(next);
        await log.AppendDurableAsync(Entry("c"));
        Assert.True(log.IsAvailable, log.WhyUnavailable);
    }

    [Fact]
    public async Task SpareSegmentOfAProcessThatWasKilled_IsDeletedByTheNext_AndHasNoEntry()
    {
        await using (var log = Open()) await WriteAsync(log, "a", 3);
        folder.Put(Spare, new byte[SpareBytes], isDurable: true);
        await using (var log = Open())
        {
            await log.AppendDurableAsync(Entry("b-0"));
            Assert.DoesNotContain(Spare, folder.Paths);
        }

        Assert.Equal(["a-0", "a-1", "a-2", "b-0"], Acts().Where(static act => !act.StartsWith("log.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(3000, 64 << 10, 1 << 20, 0)] // the volume has no room for it
    [InlineData(100_000, 64 << 10, 1 << 20, 88_000)] // nor without the room that stays free
    [InlineData(long.MaxValue, 4096, 1 << 20, 0)] // segments are smaller
    [InlineData(long.MaxValue, 64 << 10, 64 << 10, 0)] // so is a sixteenth of the log
    public async Task WhereItDoesNotFit_ThereIsNone(long free, int segmentBytes, int total, long minimum)
    {
        folder.Free = free;
        var options = Options() with { SegmentBytes = segmentBytes, MaxTotalBytes = total, MinFreeBytes = minimum, PreallocateBytes = 0 };
        await using var log = Open(options);
        await WriteAsync(log, "a", 8);
        await log.PublishAsync();
        await log.PublishAsync();
        Assert.DoesNotContain(Spare, folder.Paths);
        Assert.True(log.IsAvailable, log.WhyUnavailable);
    }

    // What is taken in advance is no use of the log, however long the log is idle.
    [Fact]
    public async Task ItsBytes_AreNotCountedAsBytesOfTheLog()
    {
        var clock = new HandClock();
        await using var log = Open(Options() with { Time = clock, PreallocateBytes = 0 });
        await WriteUntilAsync(log, "a", () => folder.Paths.Contains(Spare));
        await ReadyAsync(log);
        clock.Advance(TimeSpan.FromMinutes(1));
        await log.PublishAsync(); // counts the folder again
        Assert.Equal(folder.TotalBytes - SpareBytes, log.Statistics.Bytes);
        await WriteAsync(log, "b", 1); // begins it
        clock.Advance(TimeSpan.FromMinutes(1));
        await log.PublishAsync();
        Assert.InRange(log.Statistics.Bytes, folder.TotalBytes - SpareBytes + 1, folder.TotalBytes - SpareBytes + 512);
    }

    private static AuditLogOptions Options() => new()
    {
        Directory = "memory",
        PreallocateBytes = 1024,
        SegmentBytes = 64 << 10,
        SpareBytes = SpareBytes,
        Time = new HandClock(),
        CheckpointEvery = TimeSpan.FromDays(1),
        MinFreeBytes = 0,
    };

    private GroupCommitLog Open(AuditLogOptions? options = null) => new(options ?? Options(), folder, keys);

    private List<string> Acts() => [.. LogTree.Read(folder, "log-0001", keys).Json.Select(static entry => entry.GetProperty("act").GetString()!)];

    private static async Task WriteAsync(GroupCommitLog log, string name, int count)
    {
        for (var i = 0; i < count; i++) await log.AppendDurableAsync(Entry($"{name}-{i}"));
    }

    // The thread behind the commits prepares it at its next step, which a checkpoint has it take.
    private static async Task WriteUntilAsync(GroupCommitLog log, string name, Func<bool> isReached)
    {
        for (var i = 0; !isReached(); i++)
        {
            Assert.True(i < 400, "no spare segment");
            await log.AppendDurableAsync(Entry($"{name}-{i}"));
            if (i % 4 == 3) await log.PublishAsync();
        }
    }

    // The act behind the first checkpoint has ended when the second one is there.
    private static async Task ReadyAsync(GroupCommitLog log)
    {
        await log.PublishAsync();
        await log.PublishAsync();
    }

    private static async Task<bool> IsTakenAsync(GroupCommitLog log, string act)
    {
        try
        {
            await log.AppendDurableAsync(Entry(act));
            return true;
        }
        catch (AuditUnavailableException)
        {
            return false;
        }
    }

    private static async Task<int> AcceptedAsync(AuditLogOptions options, long volume)
    {
        await using var log = new GroupCommitLog(options, new FaultyFolder { Volume = volume }, new TestLogKeys());
        var accepted = 0;
        while (await IsTakenAsync(log, $"a-{accepted}"))
        {
            if (accepted++ % 4 == 3) await log.PublishAsync();
        }

        return accepted;
    }

    private static AuditEntry Entry(string act) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = act,
        At = DateTimeOffset.UnixEpoch,
        Facts = [KeyValuePair.Create("act", act)],
    };
}
