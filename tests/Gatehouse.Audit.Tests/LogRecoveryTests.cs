using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests;

/// <summary>
/// Each failure at the start of a process, and each loss of power around a segment of the journal: nothing that was signed is changed, nothing that
/// the log says about itself is lost, and the log verifies afterwards.
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class LogRecoveryTests
{
    private readonly FaultyFolder folder = new();
    private readonly TestLogKeys keys = new();
    private readonly HandClock clock = new();

    // Threat: a repair before the roots are compared gives entries other indexes, and writes tiles and bundles over those that were signed.
    [Theory]
    [InlineData("flipped")]
    [InlineData("flipped in the middle")]
    [InlineData("headless")]
    [InlineData("headless, blank")]
    [InlineData("cut")]
    public async Task DamageBelowTheCheckpoint_EndsTheLog_AndChangesNoByteOfIt(string damage)
    {
        var payload = new AuditPayload(new string('p', 900), AuditPayload.Whole, 600);
        await using (var log = Open(segmentBytes: 72_000))
        {
            for (var i = 0; i < 600; i++) await log.AppendDurableAsync(Entry($"e{i}"));
            await log.AppendDurableAsync(Entry("kept") with { Payload = payload });
        }

        folder.Move($"log-0001/payloads/{payload.Digest[..2]}/{payload.Digest}", $"log-0001/payloads/new/{payload.Digest}");
        Assert.Equal(2, folder.Segments.Count);
        Assert.Contains("log-0001/tile/entries/001", folder.Paths);
        var last = folder.Segments[damage == "flipped in the middle" ? 0 : 1];
        var bytes = folder.Bytes(last);
        switch (damage)
        {
            case "flipped":
                bytes[bytes.AsSpan().IndexOf("\"act\":\"e590\""u8)] ^= 1;
                break;
            case "flipped in the middle":
                bytes[bytes.AsSpan().IndexOf("\"act\":\"e98\""u8)] ^= 1;
                break;
            case "headless":
                bytes.AsSpan(0, JournalFormat.HeaderBytes + 60).Fill(0xff);
                break;
            case "headless, blank":
                bytes.AsSpan().Clear();
                break;
            default:
                bytes = bytes[..(bytes.Length / 2)];
                break;
        }

        folder.Overwrite(last, bytes);
        var before = Contents("log-0001/");
        await using (var log = Open()) await log.AppendDurableAsync(Entry("later"));
        Assert.Equal(before, Contents("log-0001/"));
        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Equal((damage == "headless, blank" ? "rolled-back" : "damaged", "603"), (Text(birth, "reason"), Text(birth, "previousSize")));
    }

    // Threat: one failed sync at the start, and the log never says again what it is, or what was lost before.
    [Theory]
    [InlineData("first", "sync")]
    [InlineData("first", "sync of the name")]
    [InlineData("first", "full")]
    [InlineData("continued", "sync")]
    [InlineData("continued", "sync of the name")]
    [InlineData("continued", "full")]
    [InlineData("key-lost", "sync")]
    [InlineData("key-lost", "sync of the name")]
    [InlineData("key-lost", "full")]
    [InlineData("torn", "sync")]
    [InlineData("torn", "sync of the name")]
    [InlineData("torn", "full")]
    public async Task FirstEntriesThatCannotBeWritten_AreWrittenLater_BeforeAnyOther(string log, string fault)
    {
        await BeginAsync(log);
        var payload = new AuditPayload(new string('l', 900), AuditPayload.Whole, 600);
        if (log == "torn") folder.Put($"log-0001/payloads/new/{payload.Digest}", payload.Bytes.Span, isDurable: true);
        folder.FailSyncs = fault == "full" ? 0 : 2;
        folder.FailsBehindTheName = fault == "sync of the name";
        folder.Free = fault == "full" ? 1 : long.MaxValue;
        await using (var opened = Open())
        {
            Assert.False(opened.IsAvailable);
            await Assert.ThrowsAsync<AuditUnavailableException>(async () => await opened.AppendDurableAsync(Entry("refused")));
            folder.Free = long.MaxValue;
            await opened.AppendDurableAsync(Entry("mine"));
            Assert.Null(opened.WhyUnavailable);
            Assert.Equal(1, opened.Statistics.Lost);
        }

        var name = log == "key-lost" ? "log-0002" : "log-0001";
        Assert.Equal(name, folder.Folders("")[^1]);
        var tree = LogTree.Read(folder, name, keys);
        var acts = tree.Json.Select(entry => Text(entry, "act")).ToList();
        Assert.Equal(log switch
        {
            "first" => ["log.birth", "log.opened", "mine", "log.gap"],
            "continued" => ["log.birth", "log.opened", "e0", "e1", "e2", "log.opened", "mine", "log.gap"],
            "torn" => ["log.birth", "log.opened", "e0", "e2", "log.opened", "mine", "log.gap"],
            _ => ["log.birth", "log.opened", "mine", "log.gap"],
        }, acts);
        var own = tree.Json[acts.LastIndexOf("log.opened")];
        Assert.Equal(log == "torn", own.TryGetProperty("torn", out _));
        Assert.Equal(log == "torn" ? "1" : null, own.TryGetProperty("unnamedPayloads", out var unnamed) ? unnamed.GetString() : null);
        Assert.Empty(Verify(folder).Findings);
        if (log == "key-lost") return; // the partial tiles of a log that ended are not written again
        var after = folder.AfterPowerLoss(new Random(1));
        await using (var next = new GroupCommitLog(Options(), after, keys)) Assert.Null(next.Statistics.Succeeded);
        Assert.Empty(Verify(after).Findings);
    }

    // Threat: every refused call pays for an attempt that reads much of a slow disk before it fails (CWE-400).
    [Fact]
    public async Task OpeningThatFailsSlowly_IsTriedAgain_AfterTwentyTimesItsDuration()
    {
        folder.FailSyncs = 2;
        await using var log = Open();
        var changes = 0;
        folder.BeforeChange = () =>
        {
            if (changes++ == 0) clock.Advance(TimeSpan.FromSeconds(1));
        };
        await RefusesAsync(log);
        var afterOne = changes;
        Assert.NotEqual(0, afterOne);
        clock.Advance(TimeSpan.FromSeconds(19));
        await RefusesAsync(log);
        Assert.Equal(afterOne, changes);
        clock.Advance(TimeSpan.FromSeconds(1));
        await log.AppendDurableAsync(Entry("mine"));
        Assert.Null(log.WhyUnavailable);

        static async Task RefusesAsync(GroupCommitLog log) =>
            await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("refused")));
    }

    // The process ends between the repair and the entry about it, or power is lost there: both are one step.
    [Fact]
    public async Task RepairOfATornLog_IsNeverThereWithoutTheEntryThatReportsIt()
    {
        for (var act = 1; act < 12; act++)
        {
            var (after, logKeys, options) = (new FaultyFolder(), new TestLogKeys(), Options());
            await using (var log = new GroupCommitLog(options with { CheckpointEvery = TimeSpan.FromDays(1) }, after, logKeys))
            {
                await WriteAsync(log, 9);
                var before = after;
                after = after.AfterPowerLoss(new Random(act)); // all of it was synced, and no checkpoint covers it
                before.BeforeChange = static () => throw new IOException("the power is off");
            }

            Flip(after, after.Segments[^1], "\"act\":\"e4\"");
            var (stopAt, acts) = (act, 0);
            after.BeforeChange = () =>
            {
                if (Interlocked.Increment(ref acts) >= stopAt) throw new IOException("the power is off");
            };
            await using (new GroupCommitLog(options, after, logKeys))
            {
            }

            after = after.AfterPowerLoss(new Random(act));
            await using (var log = new GroupCommitLog(options, after, logKeys)) await log.AppendDurableAsync(Entry("new"));
            var tree = LogTree.Read(after, "log-0001", logKeys);
            Assert.Equal(["e0", "e1", "e2", "e3", "e5", "e6", "e7", "e8", "new"],
                tree.Json.Select(entry => Text(entry, "act")).Where(one => !one.StartsWith("log.", StringComparison.Ordinal)));
            Assert.Single(tree.Json, static entry => entry.TryGetProperty("torn", out _));
            Assert.Empty(Verify(after).Findings);
        }
    }

    // The process was killed between a write and its sync, or after a sync that failed. The next one signs the entries, so it writes them again.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EntriesOfACommitThatWasNotSynced_AreOnStableStorageBeforeTheyAreSigned(bool hasFailed)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (after, logKeys, options) = (new FaultyFolder(), new TestLogKeys(), Options());
            var log = new GroupCommitLog(options with { CheckpointEvery = TimeSpan.FromDays(1) }, after, logKeys);
            await WriteAsync(log, 5);
            // A sync that fails drops the pages, and one that does not begin leaves them in memory.
            if (hasFailed) after.FailSyncs = 1;
            var writes = 0;
            after.BeforeChange = hasFailed ? null : () =>
            {
                if (Interlocked.Increment(ref writes) > 1) throw new IOException("the process was killed");
            };
            await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("uncertain")));
            after.BeforeChange = static () => throw new IOException("the process was killed");
            await log.DisposeAsync();
            after.BeforeChange = null;
            await using (var next = new GroupCommitLog(options, after, logKeys))
            {
                await next.PublishAsync();
                Assert.Equal(10, next.Statistics.PublishedSize); // with the entry about the loss that the process before counted
                after = after.AfterPowerLoss(new Random(seed));
            }

            await using (var next = new GroupCommitLog(options, after, logKeys)) Assert.Null(next.Statistics.Succeeded);
            Assert.Contains("uncertain", LogTree.Read(after, "log-0001", logKeys).Json.Select(entry => Text(entry, "act")));
            Assert.Empty(Verify(after).Findings);
        }
    }

    // The first sync of a segment fails: no byte of it reaches the disk, and the next commits are in other segments.
    [Fact]
    public async Task SegmentWhoseFirstSyncFailed_IsLeftOutAfterALossOfPower()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (after, logKeys, options) = (new FaultyFolder(), new TestLogKeys(), Options() with { PreallocateBytes = 1024 });
            await using (var log = new GroupCommitLog(options, after, logKeys))
            {
                await log.AppendDurableAsync(Entry("one"));
                after.FailSyncs = 2;
                await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("two")));
                await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("three")));
                await log.AppendDurableAsync(Entry("four"));
                await log.PublishAsync();
                await log.AppendDurableAsync(Entry("five"));
                after = after.AfterPowerLoss(new Random(seed));
            }

            Assert.Contains(after.Segments, path => JournalFormat.FirstLeaf(after.Bytes(path)) is null);
            var report = Verify(after);
            Assert.DoesNotContain(report.Findings, static finding => finding.Kind == AuditFindingKind.Journal);
            Assert.Contains(report.Facts, static fact => fact.Contains("segments of the journal without a header: 1.", StringComparison.Ordinal));
            await using (var log = new GroupCommitLog(options, after, logKeys)) await log.AppendDurableAsync(Entry("six"));
            Assert.Equal(["log-0001"], after.Folders(""));
            Assert.All(after.Segments, path => Assert.NotNull(JournalFormat.FirstLeaf(after.Bytes(path))));
            Assert.Equal(["one", "four", "five", "six"], LogTree.Read(after, "log-0001", logKeys).Json.Select(entry => Text(entry, "act"))
                .Where(act => !act.StartsWith("log.", StringComparison.Ordinal)));
            Assert.Empty(Verify(after).Findings);
        }
    }

    // Threat: the header of a segment with entries is wiped, and the segment passes for one without any.
    [Fact]
    public async Task SegmentWithEntriesThatLostItsHeader_IsMissed()
    {
        await using (var log = Open(segmentBytes: 2048, every: TimeSpan.FromDays(1)))
        {
            for (var i = 0; i < 60; i++) await log.AppendDurableAsync(Entry($"e{i}"));
            Assert.True(folder.Segments.Count > 4);
            folder.BeforeChange = static () => throw new IOException("the process was killed");
        }

        folder.BeforeChange = null;
        var middle = folder.Segments[2];
        folder.Overwrite(middle, [.. new byte[JournalFormat.HeaderBytes], .. folder.Bytes(middle).AsSpan(JournalFormat.HeaderBytes)]);
        Assert.Contains(Verify(folder).Findings, static finding => finding.Kind == AuditFindingKind.Journal);
        await using (var log = Open()) Assert.Equal("damaged", log.Statistics.Succeeded);
    }

    [Fact]
    public async Task SegmentsThatAreReleasedTogether_NeverComeBackOutOfOrder()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (after, logKeys, options) = (new FaultyFolder(), new TestLogKeys(), Options() with { SegmentBytes = 2048, PreallocateBytes = 0 });
            await using (var log = new GroupCommitLog(options, after, logKeys))
            {
                after.TreeFails = true;
                for (var i = 0; i < 600; i++) await log.AppendDurableAsync(Entry($"e{i}"));
                Assert.True(after.Segments.Count > 20);
                after.TreeFails = false;
                var (random, acts) = (new Random(seed), 0);
                var stopAt = 20 + random.Next(60); // among the deletions, for some seeds
                after.BeforeChange = () =>
                {
                    if (Interlocked.Increment(ref acts) >= stopAt) throw new IOException("the power is off");
                };
                await log.PublishAsync();
                after.BeforeChange = static () => throw new IOException("the power is off");
                after = after.AfterPowerLoss(random);
            }

            await using (var log = new GroupCommitLog(options, after, logKeys)) Assert.Null(log.Statistics.Succeeded);
            Assert.Empty(Verify(after).Findings);
        }
    }

    // A deletion that failed once is repeated: a segment that is forgotten would stay in front of a gap.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task DeletionThatFails_LeavesNoGap(int failing)
    {
        var failures = 0;
        await using (var log = Open(segmentBytes: 2048))
        {
            folder.TreeFails = true;
            for (var i = 0; i < 600; i++) await log.AppendDurableAsync(Entry($"e{i}"));
            folder.TreeFails = false;
            folder.BeforeDelete = path =>
            {
                if (path.EndsWith(".journal", StringComparison.Ordinal) && failures++ == failing) throw new IOException("the file is in use");
            };
            await log.PublishAsync();
            Assert.True(failures > failing);
            await log.AppendDurableAsync(Entry("more"));
            await log.PublishAsync();
        }

        folder.BeforeDelete = null;
        Assert.True(folder.Segments.Count < 10, "no segment was deleted");
        await using (var log = Open()) Assert.Null(log.Statistics.Succeeded);
        Assert.Empty(Verify(folder).Findings);
    }

    [Fact]
    public async Task CheckpointsThatAreLate_AreCounted_AndNothingIsPromisedAfterHalfOfTheTime()
    {
        await using var log = Open();
        await log.AppendDurableAsync(Entry("one"));
        await log.PublishAsync();
        Assert.Equal(TimeSpan.Zero, log.Statistics.Uncovered);
        clock.Advance(TimeSpan.FromDays(2)); // without entries, nothing is late
        Assert.Equal(TimeSpan.Zero, log.Statistics.Uncovered);
        folder.TreeFails = true;
        await log.AppendDurableAsync(Entry("two"));
        await log.PublishAsync();
        Assert.Equal(TimeSpan.Zero, log.Statistics.Uncovered);
        clock.Advance(TimeSpan.FromHours(11));
        await log.AppendDurableAsync(Entry("three"));
        Assert.Equal(TimeSpan.FromHours(11), log.Statistics.Uncovered);
        Assert.True(log.MayPromise);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.False(log.MayPromise);
        folder.TreeFails = false;
        await log.PublishAsync();
        Assert.Equal(TimeSpan.Zero, log.Statistics.Uncovered);
        Assert.True(log.MayPromise);
    }

    // A signature by a key that is published nowhere helps no reader. OpenSSL may be installed after the log began.
    [Fact]
    public async Task KeyThatALogGetsLater_IsPublishedBesideTheFirstOne()
    {
        await using (var log = Open()) await WriteAsync(log, 3);
        var before = System.Text.Encoding.UTF8.GetString(folder.Bytes("log-0001/log.vkeys"));
        using var later = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var pkcs8 = later.ExportPkcs8PrivateKey();
        keys.Add(origin =>
        {
            var key = System.Security.Cryptography.ECDsa.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return Gatehouse.Audit.Tree.Notes.NoteSigner.Ecdsa(origin, key);
        });
        for (var start = 0; start < 2; start++)
        {
            await using var log = Open();
            Assert.Null(log.Statistics.Succeeded);
        }

        using var second = keys.Open("log.example/1")![1];
        Assert.Equal($"{before}{second.Key}\n", System.Text.Encoding.UTF8.GetString(folder.Bytes("log-0001/log.vkeys")));
    }

    private async Task BeginAsync(string log)
    {
        if (log == "first") return;
        await using (var opened = Open(every: TimeSpan.FromDays(1)))
        {
            await WriteAsync(opened, 3);
            if (log == "torn") folder.BeforeChange = static () => throw new IOException("the power is off");
        }

        folder.BeforeChange = null;
        if (log == "key-lost") keys.Lose();
        if (log == "torn") Flip(folder, folder.Segments[^1], "\"act\":\"e1\"");
    }

    private static void Flip(FaultyFolder folder, string path, string place)
    {
        var bytes = folder.Bytes(path);
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(place));
        Assert.True(at > 0);
        bytes[at] ^= 1;
        folder.Overwrite(path, bytes);
    }

    private List<string> Contents(string prefix) =>
        [.. folder.Paths.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).Select(path => $"{path} {Convert.ToHexString(folder.Bytes(path))}")];

    private static AuditLogReport Verify(FaultyFolder folder)
    {
        var place = Directory.CreateTempSubdirectory("gatehouse-recovery-");
        try
        {
            folder.WriteTo(place.FullName);
            return AuditLogVerifier.Verify(place.FullName);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private static async Task WriteAsync(GroupCommitLog log, int count)
    {
        for (var i = 0; i < count - 1; i++) Assert.True(log.TryAppend(Entry(string.Create(CultureInfo.InvariantCulture, $"e{i}"))));
        await log.AppendDurableAsync(Entry(string.Create(CultureInfo.InvariantCulture, $"e{count - 1}")));
    }

    private static AuditEntry Entry(string act) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = act,
        At = DateTimeOffset.UnixEpoch,
        Facts = [KeyValuePair.Create("act", act)],
    };

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;

    private AuditLogOptions Options() => new() { Directory = "memory", PreallocateBytes = 4096, SegmentBytes = 1 << 20, Time = clock };

    private GroupCommitLog Open(long segmentBytes = 1 << 20, TimeSpan? every = null) =>
        new(Options() with { SegmentBytes = segmentBytes, CheckpointEvery = every ?? TimeSpan.FromSeconds(1) }, folder, keys);
}
