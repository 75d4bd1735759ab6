using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests;

/// <summary>
/// The tree behind the journal: what is on disk verifies, at every size and after every end of a process. A log that was altered is not continued.
/// </summary>
[Trait("Requirement", "AU-02")]
public sealed class EvidenceLogTests
{
    private readonly FaultyFolder folder = new();
    private readonly TestLogKeys keys = new();

    [Theory]
    [InlineData(1)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(600)]
    [InlineData(2000)]
    public async Task Entries_AreInTheTreeInTheirOrder_UnderASignedCheckpoint(int count)
    {
        await using (var log = Open()) await WriteAsync(log, count);
        var tree = LogTree.Read(folder, "log-0001", keys);
        Assert.Equal(2 + count, tree.Checkpoint.Size);
        Assert.Equal("log.example/1", tree.Checkpoint.Origin);
        Assert.Equal(["log.birth", "log.opened", .. Enumerable.Range(0, count).Select(i => $"e{i}")], Acts(tree));
        Assert.Equal(("log.example/1", "first"), (Text(tree.Json[0], "log"), Text(tree.Json[0], "reason")));
    }

    [Fact]
    public async Task EveryProcess_ContinuesTheSameLog()
    {
        long size = 0;
        Checkpoint? before = null;
        for (var run = 0; run < 12; run++)
        {
            await using (var log = Open()) await WriteAsync(log, 97);
            var tree = LogTree.Read(folder, "log-0001", keys);
            size += (run == 0 ? 2 : 1) + 97;
            Assert.Equal(size, tree.Checkpoint.Size);
            if (before is not null) RequireConsistent(before, tree);
            before = tree.Checkpoint;
            var opened = tree.Json.Last(entry => Act(entry) == "log.opened");
            Assert.Equal(run == 0 ? "0" : (size - 98).ToString(System.Globalization.CultureInfo.InvariantCulture), Text(opened, "size"));
            Assert.False(opened.TryGetProperty("torn", out _));
        }

        Assert.Single(folder.Paths, path => path.EndsWith("/checkpoint", StringComparison.Ordinal));
    }

    [Fact]
    public async Task JournalSegments_AreDeletedOnlyUnderAPublishedCheckpointOfFullBundles()
    {
        await using var log = Open(segmentBytes: 4096);
        for (var i = 0; i < 40; i++)
        {
            await WriteAsync(log, 53);
            await log.PublishAsync();
            var tree = LogTree.Read(folder, "log-0001", keys);
            Assert.Equal(2 + ((i + 1) * 53), tree.Entries.Count);
            var first = JournalFormat.FirstLeaf(folder.Bytes(folder.Segments[0]))!.Value;
            Assert.True(first <= tree.Checkpoint.Size);
        }

        Assert.InRange(folder.Segments.Count, 1, 25);
        Assert.Equal(log.Statistics.Size, log.Statistics.PublishedSize);
    }

    [Fact]
    public async Task TilesThatCannotBeWritten_StopNoEntry_AndAreWrittenLater()
    {
        await using var log = Open(segmentBytes: 4096);
        folder.TreeFails = true;
        await WriteAsync(log, 700);
        await log.PublishAsync();
        Assert.NotNull(log.Statistics.TreeFault);
        Assert.Equal(0, log.Statistics.Lost);
        Assert.True(log.IsAvailable);
        folder.TreeFails = false;
        await log.PublishAsync();
        Assert.Null(log.Statistics.TreeFault);
        Assert.Equal(702, LogTree.Read(folder, "log-0001", keys).Checkpoint.Size);
    }

    // Threat: with a full volume, each attempt to begin a log leaves keys of its own.
    [Fact]
    public async Task BeginningThatFails_IsRepeated_WithTheKeysThatWereMade()
    {
        folder.TreeFails = true;
        await using var log = Open();
        for (var attempt = 0; attempt < 5; attempt++) Assert.False(log.TryAppend(Entry($"early-{attempt}")));
        Assert.Single(keys.Public);
        folder.TreeFails = false;
        Assert.True(SpinWait.SpinUntil(() => log.TryAppend(Entry("first")), TimeSpan.FromMinutes(1)), "the log opens");
        await log.PublishAsync();
        Assert.Single(keys.Public);
        Assert.Equal("log.example/1", LogTree.Read(folder, "log-0001", keys).Checkpoint.Origin);
    }

    // Threat: a process deletes partial files and is killed. The next one does not see them, and a loss of power later brings them back, torn.
    [Fact]
    public async Task PartialFilesThatAKilledProcessDeleted_DoNotComeBackBesideFullOnes()
    {
        var isCut = false;
        var log = Open(segmentBytes: 4096);
        await WriteAsync(log, 100);
        await log.PublishAsync();
        folder.BeforeChange = () => _ = isCut ? throw new IOException("the process was killed") : 0;
        folder.BeforeDelete = path => isCut = isCut || path.Contains("/tile/0/000.p/", StringComparison.Ordinal); // nothing more reaches the disk
        for (var i = 0; i < 200; i++) log.TryAppend(Entry($"more-{i}"));
        await log.PublishAsync();
        Assert.True(isCut);
        await log.DisposeAsync();
        Assert.DoesNotContain(folder.Paths, path => path.Contains("/000.p/", StringComparison.Ordinal) && !path.Contains("/1/", StringComparison.Ordinal));
        (folder.BeforeChange, folder.BeforeDelete) = (null, null);
        await using (var next = Open(segmentBytes: 4096))
        {
            await WriteAsync(next, 200);
            await next.PublishAsync();
        }

        for (var seed = 0; seed < 40; seed++)
        {
            var after = folder.AfterPowerLoss(new Random(seed));
            Assert.DoesNotContain(after.Paths, path => path.Contains("/0/000.p/", StringComparison.Ordinal) || path.Contains("/entries/000.p/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task LostKey_BeginsALogThatNamesTheOldCheckpoint()
    {
        await using (var log = Open()) await WriteAsync(log, 300);
        var old = LogTree.Read(folder, "log-0001", keys).Checkpoint;
        keys.Lose();
        await using (var log = Open()) await WriteAsync(log, 3);
        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Equal(("log.example/2", "key-lost"), (Text(birth, "log"), Text(birth, "reason")));
        Assert.Equal((old.Origin, "302", old.Root.ToString()), (Text(birth, "previous"), Text(birth, "previousSize"), Text(birth, "previousRoot")));
        Assert.Equal(302, LogTree.Read(folder, "log-0001", keys).Checkpoint.Size);
    }

    [Fact]
    public async Task LogThatWasCutToAnOlderState_IsNotContinued()
    {
        await using (var log = Open()) await WriteAsync(log, 40);
        var older = folder.Paths.Where(path => path.Contains("/journal/", StringComparison.Ordinal)).ToDictionary(path => path, folder.Bytes);
        await using (var log = Open()) await WriteAsync(log, 40);
        foreach (var path in folder.Segments) folder.Delete(path);
        foreach (var (path, bytes) in older) folder.Overwrite(path, bytes);
        await using (var log = Open()) await WriteAsync(log, 1);
        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Equal(("rolled-back", "83"), (Text(birth, "reason"), Text(birth, "previousSize")));
    }

    // Threat: the next log names the older copy as what was there, and so vouches for it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LogThatWasReplacedByAnOlderCopy_IsNamedWithWhatItPublished(bool withForgedCheckpoint)
    {
        await using (var log = Open()) await WriteAsync(log, 40);
        var older = folder.Paths.ToDictionary(path => path, folder.Bytes);
        await using (var log = Open()) await WriteAsync(log, 40);
        var last = LogTree.Read(folder, "log-0001", keys).Checkpoint;
        foreach (var path in folder.Paths) folder.Delete(path);
        foreach (var (path, bytes) in older) folder.Overwrite(path, bytes);
        if (withForgedCheckpoint)
        {
            var text = Encoding.UTF8.GetString(folder.Bytes("log-0001/checkpoint")).Split('\n');
            text[1] = "1000";
            folder.Overwrite("log-0001/checkpoint", Encoding.UTF8.GetBytes(string.Join('\n', text)));
        }

        await using (var log = Open()) await WriteAsync(log, 1);
        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Equal(withForgedCheckpoint ? "damaged" : "rolled-back", Text(birth, "reason"));
        Assert.Equal((last.Size.ToString(CultureInfo.InvariantCulture), last.Root.ToString()), (Text(birth, "previousSize"), Text(birth, "previousRoot")));
    }

    // Threat: whoever can make a folder makes one with the highest number, and the next log gets a name that no reader looks at.
    [Fact]
    public async Task FolderWithAHighNumber_DoesNotHideTheNextLog()
    {
        await using (var log = Open()) await WriteAsync(log, 5);
        folder.Overwrite("log-2147483647/tile/0/000", [1]);
        await using (var log = Open()) await WriteAsync(log, 5);
        Assert.Equal(13, LogTree.Read(folder, "log-0001", keys).Checkpoint.Size); // with log.birth and two log.opened
        folder.Overwrite("log-999999999/tile/0/000", [1]);
        await using (var log = Open()) await WriteAsync(log, 5);
        Assert.Equal(19, LogTree.Read(folder, "log-0001", keys).Checkpoint.Size);
    }

    // Whoever writes the folder and has no key puts an older signed checkpoint back, and writes what came after it again.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OlderCheckpointWithEntriesWrittenAgain_IsNotSigned(bool isFirstCheckpoint)
    {
        byte[] older;
        await using (var log = Open())
        {
            older = folder.Bytes("log-0001/checkpoint");
            await WriteAsync(log, 40);
            await log.PublishAsync();
            if (!isFirstCheckpoint) older = folder.Bytes("log-0001/checkpoint");
            await WriteAsync(log, 40);
        }

        folder.Overwrite("log-0001/checkpoint", older);
        var segment = folder.Segments[0];
        var tree = LogTree.Read(folder, "log-0001", keys);
        foreach (var other in folder.Segments.Skip(1)) folder.Delete(other);
        List<byte> forged = [.. JournalFormat.Header(0)];
        foreach (var entry in tree.Entries)
        {
            var text = System.Text.Encoding.UTF8.GetString(entry);
            var bytes = System.Text.Encoding.UTF8.GetBytes(text.Replace("\"act\":\"e30\"", "\"act\":\"f30\"", StringComparison.Ordinal));
            var frame = new byte[JournalFormat.FrameBytes];
            JournalFormat.WritePrefix(frame, bytes);
            forged.AddRange([.. frame, .. bytes]);
        }

        folder.Overwrite(segment, [.. forged]);
        await using (var log = Open()) await WriteAsync(log, 1);
        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Equal("damaged", Text(birth, "reason"));
        Assert.Equal(older, folder.Bytes("log-0001/checkpoint"));
    }

    [Fact]
    public async Task SignedLogWithoutItsEntries_IsNotBegunAgain()
    {
        await using (var log = Open()) await WriteAsync(log, 300);
        foreach (var path in folder.Paths.Where(path => path.Split('/') is [_, "tile" or "journal", ..])) folder.Delete(path);
        var before = folder.Bytes("log-0001/checkpoint");
        await using (var log = Open()) await WriteAsync(log, 1);
        Assert.Equal("rolled-back", Text(LogTree.Read(folder, "log-0002", keys).Json[0], "reason"));
        Assert.Equal(before, folder.Bytes("log-0001/checkpoint"));
    }

    [Theory]
    [InlineData("log-0001/journal/0000000001.journal", 70)]
    [InlineData("log-0001/journal/0000000001.journal", 3)]
    [InlineData("log-0001/journal/0000000002.journal", 70)]
    [InlineData("log-0001/journal/0000000002.journal", 3)]
    [InlineData("log-0001/checkpoint", 20)]
    [InlineData("log-0001/log.vkeys", 0)]
    public async Task LogWhoseFilesWereAltered_IsNotContinued_AndNothingOfItIsChanged(string path, int at)
    {
        await using (var log = Open()) await WriteAsync(log, 20);
        var bytes = folder.Bytes(path);
        bytes[at] ^= 1;
        folder.Overwrite(path, bytes);
        var before = folder.Paths.ToDictionary(one => one, folder.Bytes);
        await using (var log = Open()) await WriteAsync(log, 1);
        var birth = LogTree.Read(folder, "log-0002", keys).Json[0];
        Assert.Contains(Text(birth, "reason"), new[] { "damaged", "rolled-back", "key-lost" });
        Assert.All(before, file => Assert.Equal(file.Value, folder.Bytes(file.Key)));
    }

    [Fact]
    public async Task Payloads_AreWholeAndDurableBeforeTheirEntry()
    {
        var payload = new AuditPayload(new string('s', 1_000_000), AuditPayload.Whole, 750_000);
        await using (var log = Open()) await log.AppendDurableAsync(Entry("kept") with { Payload = payload });
        var entry = LogTree.Read(folder, "log-0001", keys).Json[^1];
        Assert.Equal($"sha256:{payload.Digest}", Text(entry, "payload"));
        Assert.Equal(payload.Bytes.ToArray(), folder.Bytes($"log-0001/payloads/{payload.Digest[..2]}/{payload.Digest}"));
    }

    // fsync may report an error once, and success the next time for bytes that are gone.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task TilesThatCouldNotBeSynced_AreWrittenAgain_BeforeTheJournalIsDeleted(int failures)
    {
        await using (var log = Open(segmentBytes: 16 << 10))
        {
            folder.FailTileSyncs = failures;
            for (var round = 0; round < 12; round++)
            {
                await WriteAsync(log, 150);
                await log.PublishAsync();
            }
        }

        Assert.Equal(0, folder.FailTileSyncs);
        Assert.True(folder.Segments.Count < 12, "no segment was deleted");
        var after = folder.AfterPowerLoss(new Random(failures));
        await using (var reopened = new GroupCommitLog(new AuditLogOptions { Directory = "memory", Time = new HandClock() }, after, keys))
            await reopened.PublishAsync();
        Assert.Equal(["log-0001"], after.Folders(""));
        Assert.Equal(2 + (12 * 150) + 1, LogTree.Read(after, "log-0001", keys).Checkpoint.Size);
    }

    // The process ended between a payload and its entry.
    [Fact]
    public async Task PayloadWithoutAnEntry_IsDeletedAtTheNextStart()
    {
        var (kept, lost) = (Payload('k'), Payload('l'));
        await using (var log = Open()) await log.AppendDurableAsync(Entry("kept") with { Payload = kept });
        folder.Put($"log-0001/payloads/new/{lost.Digest}", lost.Bytes.Span, isDurable: true);
        await using (var log = Open()) await log.AppendDurableAsync(Entry("later"));
        var tree = LogTree.Read(folder, "log-0001", keys);
        RequirePayloads(folder, tree);
        Assert.Equal("1", Text(tree.Json[^2], "unnamedPayloads"));
    }

    [Theory]
    [InlineData("payloads/new/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("payloads/new/notes.txt")]
    [InlineData("journal/1.journal")]
    [InlineData("journal/00000000001.journal")]
    public async Task AFileThatIsNoneOfTheLog_StopsNoStart_AndStays(string stray)
    {
        await using (var log = Open()) await log.AppendDurableAsync(Entry("first"));
        folder.Put("log-0001/" + stray, "of nobody"u8, isDurable: true);
        await using (var log = Open())
        {
            await log.AppendDurableAsync(Entry("later"));
            Assert.Null(log.Statistics.Succeeded);
        }

        Assert.Contains("log-0001/" + stray, folder.Paths);
    }

    private static AuditPayload Payload(char content) => new(new string(content, 900), AuditPayload.Whole, 600);

    [Fact]
    public async Task TornEntry_IsCounted_AndWholeEntriesBehindItStay()
    {
        var options = new AuditLogOptions { Directory = "memory", Time = new HandClock(), CheckpointEvery = TimeSpan.FromDays(1) };
        await using var log = new GroupCommitLog(options, folder, keys);
        await WriteAsync(log, 9);
        var after = folder.AfterPowerLoss(new Random(1)); // all of it was synced, and no checkpoint covers it
        var bytes = after.Bytes(after.Segments[^1]);
        var torn = bytes.AsSpan().IndexOf("\"act\":\"e4\""u8);
        bytes[torn] ^= 1;
        after.Overwrite(after.Segments[^1], bytes);
        await using (var reopened = new GroupCommitLog(options, after, keys)) await reopened.AppendDurableAsync(Entry("new"));
        var tree = LogTree.Read(after, "log-0001", keys);
        Assert.Equal(["log.birth", "log.opened", "e0", "e1", "e2", "e3", "e5", "e6", "e7", "e8", "log.opened", "new"], Acts(tree));
        var opened = tree.Json[^2];
        Assert.Equal("10", Text(opened, "size"));
        Assert.InRange(int.Parse(Text(opened, "torn"), System.Globalization.CultureInfo.InvariantCulture), 100, 300);
        Assert.StartsWith("sha256:", Text(opened, "tornDigest"), StringComparison.Ordinal);
    }

    // Threat: one lost sector has the header of the last segment and its first entry, and every whole entry behind them goes with the segment.
    [Theory]
    [InlineData(0)]
    [InlineData(0xff)]
    public async Task SegmentThatLostItsHeaderAndFirstEntry_KeepsTheEntriesBehind_AndTheLossIsCounted(byte lost)
    {
        var options = new AuditLogOptions
        {
            Directory = "memory",
            Time = new HandClock(),
            CheckpointEvery = TimeSpan.FromDays(1),
            PreallocateBytes = 1024,
            SegmentBytes = 2048,
        };
        await using var log = new GroupCommitLog(options, folder, keys);
        await WriteAsync(log, 60);
        var after = folder.AfterPowerLoss(new Random(1)); // all of it was synced
        var last = after.Segments[^1];
        Assert.True(after.Segments.Count > 1);
        var bytes = after.Bytes(last);
        var acts = Written(bytes);
        Assert.True(acts.Count > 2);
        bytes.AsSpan(0, JournalFormat.HeaderBytes + 60).Fill(lost);
        after.Overwrite(last, bytes);
        await using (var reopened = new GroupCommitLog(options, after, keys)) await reopened.AppendDurableAsync(Entry("new"));
        var tree = LogTree.Read(after, "log-0001", keys);
        var kept = Acts(tree);
        Assert.DoesNotContain(acts[0], kept);
        Assert.All(acts.Skip(1), act => Assert.Contains(act, kept));
        Assert.True(int.Parse(Text(tree.Json[^2], "torn"), System.Globalization.CultureInfo.InvariantCulture) > 60);
    }

    // The header and nothing more: a segment that was being made.
    [Fact]
    public async Task SegmentOfZeros_IsOneThatWasBeingMade()
    {
        await using (var log = Open(segmentBytes: 2048)) await WriteAsync(log, 60);
        folder.Put($"log-0001/{LogLayout.Segment(99)}", new byte[4096], isDurable: true);
        await using (var reopened = Open(segmentBytes: 2048)) await WriteAsync(reopened, 1);
        Assert.DoesNotContain(LogTree.Read(folder, "log-0001", keys).Json,
            static entry => entry.TryGetProperty("torn", out var torn) && torn.GetString() != "0");
    }

    private static List<string> Written(ReadOnlySpan<byte> segment)
    {
        List<string> acts = [];
        var at = JournalFormat.HeaderBytes;
        while (JournalFormat.TryRead(segment[at..], out var entry, out _))
        {
            at += JournalFormat.FrameBytes + entry.Length;
            using var json = JsonDocument.Parse(entry.ToArray());
            acts.Add(Act(json.RootElement));
        }

        return acts;
    }

    // AU-01, AU-02: the disk forgets, at any act, what was not synced, and tears the rest. What was acknowledged is there, in order; the log verifies
    // against each checkpoint that was signed before; nothing in the middle is lost.
    [Fact]
    public async Task PowerLossAtAnyAct_LosesNothingThatWasAcknowledged()
    {
        var rounds = TestSize.Of(10, 100, 10_000);
        for (var seed = 0; seed < rounds; seed++) await PowerLossAsync(seed);
    }

    private static async Task PowerLossAsync(int seed)
    {
        var random = new Random(seed);
        var isLarge = seed % 2 == 1; // with full tiles and deleted segments
        var keys = new TestLogKeys();
        var folder = new FaultyFolder();
        var state = new WrittenState();
        Checkpoint? signed = null;
        for (var life = 0; life < 3; life++)
        {
            var options = new AuditLogOptions
            {
                Directory = "memory",
                PreallocateBytes = 2048,
                SegmentBytes = isLarge ? 4096 : 16 << 10,
                SpareBytes = seed % 4 < 2 ? 0 : 4096,
                Time = new HandClock(),
                CheckpointEvery = TimeSpan.FromDays(1),
            };
            var power = new Power(random, isLarge ? 600 : 160);
            if (!isLarge || life > 0) folder.BeforeChange = power.Act;
            var log = new GroupCommitLog(options, folder, keys);
            if (isLarge && life == 0)
            {
                await FillAsync(log, state, $"{seed}-fill", random.Next(300, 800));
                folder.BeforeChange = power.Act;
            }

            var callers = Enumerable.Range(0, 1 + random.Next(3))
                .Select(caller => (Name: $"{seed}-{life}-{caller}", Random: new Random(random.Next()))).ToList();
            await Task.WhenAll([.. callers.Select(caller => Task.Run(() => CallAsync(log, folder, power, state, caller.Name, caller.Random)))]);
            power.Off();
            await log.DisposeAsync();
            folder = Ended(folder, random);
            // A process that ends while it recovers, once or twice.
            for (var again = random.Next(3); again > 0; again--)
            {
                var brief = new Power(random, 12);
                folder.BeforeChange = brief.Act;
                var interrupted = new GroupCommitLog(options, folder, keys);
                await interrupted.PublishAsync();
                brief.Off();
                await interrupted.DisposeAsync();
                folder = Ended(folder, random);
            }

            await using (var reopened = new GroupCommitLog(options, folder, keys))
            {
                Assert.True(reopened.IsAvailable, reopened.WhyUnavailable);
                await reopened.PublishAsync();
            }

            Assert.Equal(["log-0001"], folder.Folders(""));
            var tree = LogTree.Read(folder, "log-0001", keys);
            if (signed is not null) RequireConsistent(signed, tree);
            signed = tree.Checkpoint;
            RequirePayloads(folder, tree);
            state.Require([.. Acts(tree).Where(act => !act.StartsWith("log.", StringComparison.Ordinal))]);
        }

        RequireVerified(folder);
        if (!isLarge) return;
        Assert.Contains("log-0001/tile/entries/000", folder.Paths);
        Assert.DoesNotContain("log-0001/journal/0000000001.journal", folder.Paths);
    }

    private static async Task FillAsync(GroupCommitLog log, WrittenState state, string name, int count)
    {
        for (var i = 0; i < count; i++)
        {
            state.Write($"{name}-{i}");
            if (i % 8 != 7) Assert.True(log.TryAppend(Entry($"{name}-{i}")));
            else
            {
                await log.AppendDurableAsync(Entry($"{name}-{i}"));
                state.Acknowledge($"{name}-{i}");
            }

            if (i % 100 == 99) await log.PublishAsync();
        }
    }

    private static async Task CallAsync(GroupCommitLog log, FaultyFolder folder, Power power, WrittenState state, string name, Random random)
    {
        for (var i = 0; i < 60 && !power.IsOff; i++)
        {
            var act = $"{name}-{i}";
            state.Write(act);
            if (random.Next(40) == 0) folder.FailSyncs = 1;
            var more = KeyValuePair.Create("more", new string('m', random.Next(900)));
            var payload = random.Next(8) == 0 ? new AuditPayload(act.PadRight(700, 'p'), AuditPayload.Whole, 500) : null;
            var entry = Entry(act) with { Facts = [KeyValuePair.Create("act", act), more], Payload = payload };
            if (random.Next(4) == 0) log.TryAppend(entry);
            else if (await AppendedAsync(log, entry)) state.Acknowledge(act);
            if (random.Next(16) == 0) await log.PublishAsync();
        }
    }

    // The process was killed and what it wrote is still in memory, or power was lost.
    private static FaultyFolder Ended(FaultyFolder folder, Random random)
    {
        var after = random.Next(3) == 0 ? folder : folder.AfterPowerLoss(random);
        (after.BeforeChange, after.FailSyncs) = (null, 0);
        return after;
    }

    // A commit that failed leaves its numbers out, and the entry about it may be in the torn end as well.
    private static void RequireVerified(FaultyFolder folder)
    {
        var place = Directory.CreateTempSubdirectory("gatehouse-power-");
        try
        {
            folder.WriteTo(place.FullName);
            Assert.DoesNotContain(AuditLogVerifier.Verify(place.FullName).Findings,
                static finding => finding.Kind != AuditFindingKind.Gap);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    /// <summary>Acts on a disk that fail from one on: a few, or all that follow.</summary>
    private sealed class Power(Random random, int most)
    {
        private readonly int stopAt = random.Next(4, most);
        private readonly int failing = random.Next(2) == 0 ? int.MaxValue : random.Next(1, 6);
        private int acts;
        private volatile bool isOff;

        public bool IsOff => isOff;

        public void Act()
        {
            var act = Interlocked.Increment(ref acts);
            if (act >= stopAt && failing == int.MaxValue) isOff = true;
            if (isOff || (act >= stopAt && act - stopAt < failing)) throw new IOException("the power is off");
        }

        public void Off() => isOff = true;
    }

    /// <summary>Acts that callers wrote, and those that the log acknowledged, in the order of each caller.</summary>
    private sealed class WrittenState
    {
        private readonly Lock gate = new();
        private readonly HashSet<string> written = new(StringComparer.Ordinal);
        private readonly List<string> acknowledged = [];

        public void Write(string act)
        {
            lock (gate) written.Add(act);
        }

        public void Acknowledge(string act)
        {
            lock (gate) acknowledged.Add(act);
        }

        public void Require(List<string> found)
        {
            Assert.Equal(found.Distinct(), found);
            Assert.All(found, act => Assert.Contains(act, written));
            var kept = new HashSet<string>(acknowledged, StringComparer.Ordinal);
            var byCaller = found.Where(kept.Contains).GroupBy(CallerOf).ToDictionary(group => group.Key, group => group.ToList());
            foreach (var caller in acknowledged.GroupBy(CallerOf)) Assert.Equal(caller, byCaller.GetValueOrDefault(caller.Key, []));
        }

        private static string CallerOf(string act) => act[..act.LastIndexOf('-')];
    }

    private static async Task<bool> AppendedAsync(GroupCommitLog log, AuditEntry entry)
    {
        try
        {
            await log.AppendDurableAsync(entry);
            return true;
        }
        catch (AuditUnavailableException)
        {
            return false;
        }
    }

    // Each payload that an entry names is there, whole; and no other.
    private static void RequirePayloads(FaultyFolder folder, LogTree tree)
    {
        var named = tree.Json.Where(entry => entry.TryGetProperty("payload", out _)).Select(entry => Text(entry, "payload")["sha256:".Length..]);
        var kept = folder.Paths.Where(path => path.Contains("/payloads/", StringComparison.Ordinal)).ToList();
        Assert.Equal(named.Select(digest => $"log-0001/payloads/{digest[..2]}/{digest}").Order(StringComparer.Ordinal), kept);
        Assert.All(kept, path => Assert.EndsWith(Convert.ToHexStringLower(SHA256.HashData(folder.Bytes(path))), path, StringComparison.Ordinal));
    }

    private static void RequireConsistent(Checkpoint before, LogTree now)
    {
        Assert.True(before.Size <= now.Checkpoint.Size);
        Assert.Equal(before.Root, MerkleTree.Root([.. now.Entries.Take((int)before.Size).Select(entry => MerkleTree.Leaf(entry))]));
    }

    private static async Task WriteAsync(GroupCommitLog log, int count)
    {
        for (var i = 0; i < count - 1; i++) Assert.True(log.TryAppend(Entry($"e{i}")));
        await log.AppendDurableAsync(Entry($"e{count - 1}"));
    }

    private static AuditEntry Entry(string act) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = act,
        At = DateTimeOffset.UnixEpoch,
        Facts = [KeyValuePair.Create("act", act)],
    };

    private static List<string> Acts(LogTree tree) => [.. tree.Json.Select(Act)];

    private static string Act(JsonElement entry) => Text(entry, "act");

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;

    private GroupCommitLog Open(int segmentBytes = 64 << 10) =>
        new(new AuditLogOptions { Directory = "memory", PreallocateBytes = 4096, SegmentBytes = segmentBytes, Time = new HandClock() }, folder, keys);
}
