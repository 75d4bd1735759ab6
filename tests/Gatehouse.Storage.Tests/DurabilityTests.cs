using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage.Tests;

public sealed class DurabilityTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);

    [Fact]
    public async Task AfterAKill_WhatWasAwaitedIsThereAndAnUnfinishedBatchIsNot()
    {
        await using var store = Store.Open(folder.File("store.db"), time);
        await store.Revocations.AddAsync(Rows.Revocation(1));
        var (isOpen, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var unfinished = store.WriteAsync(connection =>
        {
            // More than the cache holds, so that uncommitted pages already lie in the log.
            for (var number = 0; number < 3000; number++)
                Insert(connection, "unfinished " + number.ToString(CultureInfo.InvariantCulture) + new string('x', 4000));
            isOpen.SetResult();
            mayEnd.Task.GetAwaiter().GetResult();
            return 0;
        });
        await isOpen.Task;

        var copy = Rows.CopyStore(store.Path, folder.File("crashed"));
        Assert.True(new FileInfo(copy + "-wal").Length > 4_000_000);
        await using (var crashed = Store.Open(copy, time, new() { CheckIntegrity = true }))
        {
            Assert.Equal([Rows.Revocation(1)], await crashed.Revocations.ListAsync(Rows.Now));
            Assert.Empty(await crashed.Sessions.ListAsync(Rows.Now));
        }

        mayEnd.SetResult();
        await unfinished;
        Assert.Equal(3000, (await store.Sessions.ListAsync(Rows.Now)).Count);
    }

    [Fact]
    public async Task ALogCutAnywhere_LeavesThePrefixOfWholeCommits()
    {
        await using var store = Store.Open(folder.File("store.db"), time);
        for (var number = 0; number < 12; number++)
            await store.Revocations.AddAsync(Rows.Revocation(number));
        var length = new FileInfo(store.Path + "-wal").Length;
        var counts = new List<int>();
        for (var cut = 0L; cut <= length; cut += 1013)
            counts.Add(await RowsAfterCutAsync(store.Path, cut));

        Assert.Equal(counts.Order(), counts);
        Assert.Equal(12, await RowsAfterCutAsync(store.Path, length));
        Assert.True(counts.Distinct().Count() > 6);
    }

    [Fact]
    public async Task WritesThatWaitTogether_ShareACommit()
    {
        await using var store = Store.Open(folder.File("store.db"), time);
        var (isOpen, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = store.WriteAsync(_ =>
        {
            isOpen.SetResult();
            mayEnd.Task.GetAwaiter().GetResult();
            return 0;
        });
        await isOpen.Task;
        var writes = Enumerable.Range(0, 200).Select(number => store.Revocations.AddAsync(Rows.Revocation(number)).AsTask()).ToArray();
        var before = store.Commits;
        mayEnd.SetResult();
        await first;
        await Task.WhenAll(writes);
        Assert.Equal(2, store.Commits - before);
        Assert.Equal(200, (await store.Revocations.ListAsync(Rows.Now)).Count);
    }

    [Fact]
    public async Task AWriteThatFails_TakesNothingWithIt()
    {
        await using var store = Store.Open(folder.File("store.db"), time);
        var (isOpen, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = store.WriteAsync(_ =>
        {
            isOpen.SetResult();
            mayEnd.Task.GetAwaiter().GetResult();
            return 0;
        });
        await isOpen.Task;
        var good = store.Revocations.AddAsync(Rows.Revocation(1)).AsTask();
        var half = store.WriteAsync<int>(connection =>
        {
            Insert(connection, "half");
            throw new InvalidDataException();
        }).AsTask();
        var doubled = store.WriteAsync(connection => Insert(connection, "twice") + Insert(connection, "twice")).AsTask();
        var after = store.Revocations.AddAsync(Rows.Revocation(2)).AsTask();
        mayEnd.SetResult();
        await first;

        await Task.WhenAll(good, after);
        await Assert.ThrowsAsync<InvalidDataException>(() => half);
        await Assert.ThrowsAsync<StoreException>(() => doubled);
        Assert.Equal(2, (await store.Revocations.ListAsync(Rows.Now)).Count);
        Assert.Empty(await store.Sessions.ListAsync(Rows.Now));
    }

    [Fact]
    public async Task AFullDisk_RefusesTheWriteAndTheStoreGoesOnWhenThereIsRoom()
    {
        await using var store = Store.Open(folder.File("store.db"), time);
        await store.Revocations.AddAsync(Rows.Revocation(1));
        await store.WriteAsync(connection => Limit(connection, 12));
        var refusal = await Assert.ThrowsAsync<StoreException>(
            () => store.WriteAsync(connection => Insert(connection, new string('x', 400_000))).AsTask());
        Assert.Contains("Make room", refusal.Message, StringComparison.Ordinal);

        await store.WriteAsync(connection => Limit(connection, 100_000));
        await store.Revocations.AddAsync(Rows.Revocation(2));
        Assert.Equal([Rows.Revocation(1), Rows.Revocation(2)], await store.Revocations.ListAsync(Rows.Now));
        Assert.Empty(await store.Sessions.ListAsync(Rows.Now));
    }

    // Whoever has gone leaves nothing behind; what has begun is finished and reported.
    [Fact]
    public async Task AWriteThatIsCancelled_IsDoneWholeOrNotAtAll()
    {
        await using var store = Store.Open(folder.File("store.db"), time);
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var cancelled = new CancellationTokenSource();
        var first = store.WriteAsync(
            _ =>
            {
                begun.SetResult();
                goOn.Task.Wait();
                return 1;
            },
            cancelled.Token);
        await begun.Task;
        var waiting = store.Revocations.AddAsync(Rows.Revocation(1), cancelled.Token).AsTask();
        var other = store.Revocations.AddAsync(Rows.Revocation(2)).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        goOn.SetResult();
        Assert.Equal(1, await first);
        await other;
        Assert.Equal([Rows.Revocation(2)], await store.Revocations.ListAsync(Rows.Now));
    }

    // One caller's read that the disk holds up holds up no other read, nor the thread of whoever asked.
    [Fact]
    public async Task AReadThatTakesLong_HoldsUpNobodyElse()
    {
        await using var store = Store.Open(folder.File("store.db"), time, new() { ReadConnections = 2 });
        await store.Revocations.AddAsync(Rows.Revocation(1));
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = store.ReadAsync(_ =>
        {
            begun.SetResult();
            goOn.Task.Wait();
            return 1;
        });
        await begun.Task;
        Assert.Single(await store.Revocations.ListAsync(Rows.Now));
        Assert.False(slow.IsCompleted);
        goOn.SetResult();
        Assert.Equal(1, await slow);
    }

    [Fact]
    public async Task FourWritersAndReaders_LoseNothing()
    {
        await using var store = Store.Open(folder.File("store.db"), time);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var number = 0; number < 250; number++)
                await store.Revocations.AddAsync(Rows.Revocation((writer * 1000) + number));
        }));
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var (last, rounds) = (0, 0);
            for (; rounds < 50; rounds++)
            {
                var count = (await store.Revocations.ListAsync(Rows.Now)).Count;
                Assert.True(count >= last);
                last = count;
            }
        }));
        await Task.WhenAll(writers.Concat(readers));
        Assert.Equal(1000, (await store.Revocations.ListAsync(Rows.Now)).Count);
    }

    [Fact]
    public async Task TwoStoresOnOneFile_WaitForEachOther()
    {
        await using var one = Store.Open(folder.File("store.db"), time);
        await using var other = Store.Open(folder.File("store.db"), time);
        await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(number => (number % 2 == 0 ? one : other).Revocations.AddAsync(Rows.Revocation(number)).AsTask()));
        Assert.Equal(40, (await one.Revocations.ListAsync(Rows.Now)).Count);
    }

    [Fact]
    public async Task AFullQueue_LetsFurtherWritersWait()
    {
        await using var store = Store.Open(folder.File("store.db"), time, new() { QueueLimit = 2 });
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => store.Revocations.AddAsync(Rows.Revocation(number)).AsTask()));
        Assert.Equal(50, (await store.Revocations.ListAsync(Rows.Now)).Count);
    }

    [Fact]
    public async Task Closing_CommitsWhatWaits()
    {
        var store = Store.Open(folder.File("store.db"), time);
        var writes = Enumerable.Range(0, 100).Select(number => store.Revocations.AddAsync(Rows.Revocation(number)).AsTask()).ToArray();
        await store.DisposeAsync();
        await Task.WhenAll(writes);
        Assert.Equal(100L, Rows.Query(store.Path, "SELECT COUNT(*) FROM revocations"));
        Assert.False(File.Exists(store.Path + "-wal"));
    }

    public void Dispose() => folder.Dispose();

    private async Task<int> RowsAfterCutAsync(string path, long cut)
    {
        var copy = Rows.CopyStore(path, folder.File("cut"));
        using (var log = File.OpenWrite(copy + "-wal"))
            log.SetLength(cut);
        // Without the log the file may hold no table yet: the schema itself was a commit in it.
        int count;
        await using (var store = Store.Open(copy, time, new() { CheckIntegrity = true }))
        {
            var values = (await store.Revocations.ListAsync(Rows.Now)).Select(row => row.Value).ToArray();
            Assert.Equal(Enumerable.Range(0, values.Length).Select(number => Rows.Revocation(number).Value), values);
            count = values.Length;
        }

        Directory.Delete(folder.File("cut"), recursive: true);
        return count;
    }

    private static int Limit(SqliteConnection connection, int pages)
    {
        StoreConnection.Execute(connection, $"PRAGMA max_page_count = {pages}");
        return 0;
    }

    private static int Insert(SqliteConnection connection, string session)
    {
        using var command = StatementCache.Take(
            connection, "INSERT INTO open_sessions VALUES ($1, $2, 'owner', $3)", [RowKey.Of(session), session, Rows.Now.AddDays(1).UtcTicks]);
        return command.ExecuteNonQuery();
    }
}
