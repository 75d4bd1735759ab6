using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Tests;

/// <summary>Entries are formatted outside the lock of the log. No entry has the bytes of another one, and none is lost without a count.</summary>
[Trait("Requirement", "AU-06")]
public sealed class UncertainCommitTests
{
    // An append that failed is in the log after a restart, where no commit followed: a caller must not take "not durable" for "not there".
    [Fact]
    public async Task AnEntryWhoseSyncFailed_IsInTheLogOfTheNextProcess()
    {
        var (folder, keys) = (new FaultyFolder(), new TestLogKeys());
        var log = new GroupCommitLog(Options(), folder, keys);
        folder.FailSyncs = int.MaxValue;
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendDurableAsync(Entry("configuration.applied", 1)));
        folder.ReadOnly = true; // as after "errors=remount-ro"; a process that is killed here is the same
        await log.DisposeAsync();
        (folder.FailSyncs, folder.ReadOnly) = (0, false);
        await using (new GroupCommitLog(Options(), folder, keys))
        {
        }

        Assert.Contains(folder.Lines(isSynced: false), line => line.Contains("configuration.applied", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ThreadsThatAppend_WhileTheLogOpensFailsAndCloses_MixNoEntries(int seed)
    {
        var random = new Random(seed);
        var folder = new FaultyFolder { ReadOnly = seed % 2 == 0 };
        var log = new GroupCommitLog(Options() with { MaxQueued = 64, SegmentBytes = 32 << 10, RefusalBurst = 20 }, folder, new TestLogKeys());
        var acknowledged = new ConcurrentBag<string>();
        var refused = new ConcurrentBag<string>();
        var acts = 0;
        using var end = new CancellationTokenSource();
        var threads = Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 400 || (i < 20_000 && Volatile.Read(ref acts) < 300); i++)
            {
                if (i % 16 == 0) await Task.Yield();
                var id = string.Create(CultureInfo.InvariantCulture, $"t{thread}-{i}");
                var entry = Entry(id, 1 + ((i * 37) % 300)) with { Owner = i % 5 == 0 ? $"owner {thread}" : null, IsRefusal = i % 5 == 0 };
                if (i % 2 == 0)
                {
                    log.TryAppend(entry);
                    continue;
                }

                try
                {
                    await log.AppendDurableAsync(entry);
                    acknowledged.Add(id);
                }
                catch (AuditUnavailableException)
                {
                    refused.Add(id);
                }
            }
        })).ToList();
        var chaos = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                Interlocked.Increment(ref acts);
                switch (random.Next(5))
                {
                    case 0: folder.FailSyncs = random.Next(3); break;
                    case 1: folder.ReadOnly = !folder.ReadOnly; break;
                    case 2: folder.Free = random.Next(2) == 0 ? 1 : long.MaxValue; break;
                    case 3: _ = log.IsAvailable; break;
                    default: await log.FlushAsync(); break;
                }

                await Task.Yield();
            }
        });
        await Task.WhenAll(threads).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await end.CancelAsync();
        await chaos.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        (folder.FailSyncs, folder.ReadOnly, folder.Free) = (0, false, long.MaxValue);
        // After a slow attempt to open, the log waits before the next one.
        Assert.True(SpinWait.SpinUntil(() => log.IsAvailable, TimeSpan.FromMinutes(1)), log.WhyUnavailable);
        await log.AppendDurableAsync(Entry("l-first", 1));
        acknowledged.Add("l-first");
        // Some threads append while it closes.
        var late = Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"l{thread}-{i}");
                try
                {
                    await log.AppendDurableAsync(Entry(id, 1 + (i % 250)));
                    acknowledged.Add(id);
                }
                catch (AuditUnavailableException)
                {
                    refused.Add(id);
                }
            }
        })).ToList();
        await log.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await Task.WhenAll(late).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var last = 0L;
        foreach (var line in Committed(folder, log.Statistics.Size))
        {
            var root = JsonDocument.Parse(line).RootElement;
            var sequence = root.GetProperty("seq").GetInt64();
            Assert.True(sequence > last, $"{sequence} after {last}");
            last = sequence;
            var id = root.GetProperty("id").GetString()!;
            if (id[0] is not ('t' or 'l')) continue;
            seen[id] = seen.GetValueOrDefault(id) + 1;
            if (!root.TryGetProperty("method", out var method)) continue;
            Assert.Equal(Text(id, method.GetString()!.Length / (id.Length + 1)), method.GetString());
        }

        Assert.All(acknowledged, id => Assert.Equal(1, seen.GetValueOrDefault(id)));
        Assert.All(seen.Values, times => Assert.Equal(1, times));
        Assert.NotEmpty(acknowledged);
    }

    // The bytes of an entry are held while the log itself writes others under its lock.
    [Fact]
    public async Task TheFirstEntryOfALogThatCouldNotBeOpened_IsNotThatOfTheLog()
    {
        var folder = new FaultyFolder { ReadOnly = true };
        await using var log = new GroupCommitLog(Options(), folder, new TestLogKeys());
        Assert.False(log.TryAppend(Entry("lost", 3)));
        folder.ReadOnly = false;
        await log.AppendDurableAsync(Entry("mine", 200));
        var mine = folder.Lines(isSynced: true).Select(line => JsonDocument.Parse(line).RootElement)
            .Single(entry => entry.GetProperty("id").GetString() == "mine");
        Assert.Equal(Text("mine", 200), mine.GetProperty("method").GetString());
    }

    // As JournalRecovery reads it: frames behind the first entry of the next segment, or behind the size of the log, were not committed.
    private static SortedDictionary<long, string>.ValueCollection Committed(FaultyFolder folder, long size)
    {
        var entries = new SortedDictionary<long, string>();
        var bundles = folder.Paths.Where(
            path => path.Contains("/tile/entries/", StringComparison.Ordinal) && !path.Contains(".p/", StringComparison.Ordinal));
        foreach (var path in bundles)
        {
            var index = 256 * long.Parse(string.Concat(path.Split("/tile/entries/")[1].Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
            var bytes = folder.Bytes(path);
            for (var at = 0; EntryBundle.TryRead(bytes, at, out var entry, out var next); at = next)
                entries[index++] = Encoding.UTF8.GetString(entry);
        }

        // A segment without a header could not be begun, and not be deleted.
        var segments = folder.Segments.Select(path => folder.Bytes(path)).Where(bytes => JournalFormat.FirstLeaf(bytes) is not null)
            .Select(bytes => (Bytes: bytes, First: JournalFormat.FirstLeaf(bytes)!.Value)).ToList();
        for (var i = 0; i < segments.Count; i++)
        {
            var (bytes, index) = segments[i];
            var end = i + 1 < segments.Count ? segments[i + 1].First : size;
            for (var at = JournalFormat.HeaderBytes; index < end && JournalFormat.TryRead(bytes.AsSpan(at), out var entry, out _);)
            {
                at += JournalFormat.FrameBytes + entry.Length;
                entries[index++] = Encoding.UTF8.GetString(entry);
            }

            Assert.Equal(end, index);
        }

        Assert.Equal(Enumerable.Range(0, (int)size).Select(static at => (long)at), entries.Keys);
        return entries.Values;
    }

    private static string Text(string id, int times) => string.Concat(Enumerable.Repeat(id + " ", times));

    private static AuditLogOptions Options() =>
        new() { Directory = "/nowhere", PreallocateBytes = 1, SpareBytes = 0, CheckpointEvery = TimeSpan.FromHours(1) };

    private static AuditEntry Entry(string id, int times) =>
        new()
        {
            Kind = AuditEntryKind.Begun,
            ExchangeId = id,
            At = DateTimeOffset.UnixEpoch,
            Method = Text(id, Math.Min(times, 1000 / (id.Length + 1))),
        };
}
