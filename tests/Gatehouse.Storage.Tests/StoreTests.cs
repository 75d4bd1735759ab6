using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests;

public sealed class StoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);

    private string StorePath => folder.File("state/store.db");

    [Fact]
    public async Task Everything_SurvivesARestart()
    {
        var precise = Rows.Revocation(1, Rows.Now.AddTicks(7)) with { Reason = "‘quoted’; DROP TABLE revocations; -- \u202e", By = "ünïcode" };
        await using (var store = Open())
        {
            await store.Revocations.AddAsync(precise);
            await store.Sessions.AddAsync(new("session-1", "owner", Rows.Now.AddHours(1)));
            Assert.True(await store.TaskOwners.AddAsync(new("files", Rows.Digest(1), Rows.Digest(2), Rows.Digest(9), Rows.Now.AddHours(1)), 12));
        }

        await using var again = Open();
        Assert.Equal([precise], await again.Revocations.ListAsync(Rows.Now));
        Assert.Equal([new OpenSessionRow("session-1", "owner", Rows.Now.AddHours(1))], await again.Sessions.ListAsync(Rows.Now));
        Assert.Equal(Rows.Digest(2), await again.TaskOwners.FindAsync("files", Rows.Digest(1), Rows.Now));
    }

    // Threat: an older copy of the file is put back, and nothing in it shows that.
    [Fact]
    public async Task CommitNumber_GrowsWithEachChange_AndIsInTheFile()
    {
        string name;
        long number;
        var raised = 0;
        await using (var store = Open())
        {
            Assert.Equal((true, false, 0L), (store.IsNew, store.WasCounted, store.CommitNumber));
            store.Committed += () => raised++;
            await store.Revocations.AddAsync(Rows.Revocation(1));
            await store.Revocations.AddAsync(Rows.Revocation(2));
            Assert.Equal((2L, 2), (store.CommitNumber, raised));
            Assert.Equal(0, await store.CleanUpAsync(TestContext.Current.CancellationToken)); // changes nothing
            (name, number) = (store.Identity, store.CommitNumber);
            Assert.Equal(2L, number);
        }

        await using var again = Open();
        Assert.Equal((false, true, name, number), (again.IsNew, again.WasCounted, again.Identity, again.CommitNumber));
        await again.Revocations.AddAsync(Rows.Revocation(3));
        Assert.Equal(number + 1, again.CommitNumber);
    }

    // A value that was removed, or that an erased person had, is not in a free page of the file.
    [Fact]
    [Trait("Requirement", "DP-03")]
    public async Task WhatIsRemoved_IsOverwrittenInTheFile()
    {
        var value = Rows.Digest(0x5a);
        await using (var store = Open())
        {
            await store.Secrets.PutAsync(new("secret", "owner", "name", new byte[] { 1 }, value, Rows.Now, DateTimeOffset.MaxValue), 10);
            await store.Secrets.PutAsync(new("secret", "owner", "other", new byte[] { 1 }, new byte[] { 1 }, Rows.Now, DateTimeOffset.MaxValue), 10);
        }

        Assert.True((await File.ReadAllBytesAsync(StorePath)).AsSpan().IndexOf(value) >= 0);
        await using (var store = Open()) Assert.True(await store.Secrets.RemoveAsync("secret", "owner", "name"));
        Assert.True((await File.ReadAllBytesAsync(StorePath)).AsSpan().IndexOf(value) < 0);
    }

    [Fact]
    public async Task FileAndFolder_AreForTheUserAlone()
    {
        await using var store = Open();
        await store.Revocations.AddAsync(Rows.Revocation(1));
        Assert.Equal((UnixFileMode)0b111_000_000, Rows.Mode(folder.File("state")));
        foreach (var name in new[] { "store.db", "store.db-wal", "store.db-shm" })
            Assert.Equal((UnixFileMode)0b110_000_000, Rows.Mode(folder.File("state/" + name)));
    }

    [Theory]
    [InlineData(640)]
    [InlineData(604)]
    [InlineData(620)]
    [InlineData(602)]
    public async Task AFileOpenToOthers_IsRefusedWithTheRemedy(int mode)
    {
        await Open().DisposeAsync();
        Rows.SetMode(StorePath, mode);
        var refusal = Assert.Throws<StoreException>(() => Open());
        Assert.Contains($"mode {mode}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"chmod 600 '{StorePath}'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(750)]
    [InlineData(705)]
    [InlineData(1777)]
    public void AFolderOpenToOthers_IsRefusedWithTheRemedy(int mode)
    {
        Rows.SetMode(folder.Path, mode);
        var refusal = Assert.Throws<StoreException>(() => Store.Open(folder.File("store.db"), time));
        Assert.Contains("chmod 700", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("store.db")));
    }

    [Fact]
    public async Task ExpiredRows_AreNotReturnedAndAreDeletedInTime()
    {
        await using var store = Open();
        await store.Revocations.AddAsync(Rows.Revocation(1, Rows.Now.AddMinutes(30)));
        await store.Revocations.AddAsync(Rows.Revocation(2, DateTimeOffset.MaxValue));
        await store.Sessions.AddAsync(new("session-1", "owner", Rows.Now.AddMinutes(30)));
        await store.TaskOwners.AddAsync(new("files", Rows.Digest(1), Rows.Digest(2), Rows.Digest(9), Rows.Now.AddMinutes(30)), 12);

        Assert.Equal(2, (await store.Revocations.ListAsync(Rows.Now.AddMinutes(30).AddTicks(-1))).Count);
        Assert.Single(await store.Revocations.ListAsync(Rows.Now.AddMinutes(30)));
        Assert.Empty(await store.Sessions.ListAsync(Rows.Now.AddMinutes(30)));
        Assert.Null(await store.TaskOwners.FindAsync("files", Rows.Digest(1), Rows.Now.AddMinutes(30)));

        time.Advance(TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => Task.FromResult(Equals(1L, Rows.Query(
            StorePath, "SELECT (SELECT COUNT(*) FROM revocations) + (SELECT COUNT(*) FROM open_sessions) + (SELECT COUNT(*) FROM task_owners)"))),
            "the store deletes what is over");
        Assert.Equal(0, await store.CleanUpAsync());
    }

    [Fact]
    public async Task AFullTable_RefusesAndForgetsOnlyWhatIsOver()
    {
        await using var store = Open(new() { RowLimit = 3 });
        await store.Revocations.AddAsync(Rows.Revocation(1, Rows.Now.AddMinutes(1)));
        await store.Revocations.AddAsync(Rows.Revocation(2));
        await store.Revocations.AddAsync(Rows.Revocation(3));
        var refusal = await Assert.ThrowsAsync<StoreException>(() => store.Revocations.AddAsync(Rows.Revocation(4)).AsTask());
        Assert.Contains("full", refusal.Message, StringComparison.Ordinal);

        // One that is there already needs no place.
        await store.Revocations.AddAsync(Rows.Revocation(3, Rows.Now.AddDays(3)));
        time.Advance(TimeSpan.FromMinutes(1));
        await store.Revocations.AddAsync(Rows.Revocation(4));
        Assert.Equal(["00000002", "00000003", "00000004"], (await store.Revocations.ListAsync(time.GetUtcNow())).Select(row => row.Value));
    }

    [Fact]
    public async Task Sessions_HaveALimitOfTheirOwn()
    {
        await using var store = Open(new() { RowLimit = 1, SessionRowLimit = 2 });
        await store.Sessions.AddAsync(new("session-1", "owner", Rows.Now.AddHours(1)));
        await store.Sessions.AddAsync(new("session-2", "owner", Rows.Now.AddHours(1)));
        await Assert.ThrowsAsync<StoreException>(() => store.Sessions.AddAsync(new("session-3", "owner", Rows.Now.AddHours(1))).AsTask());
    }

    [Fact]
    public async Task OfTwoRevocations_TheLaterAndLongerCounts()
    {
        await using var store = Open();
        var first = Rows.Revocation(1) with { At = Rows.Now.AddHours(2), Until = Rows.Now.AddHours(3) };
        await store.Revocations.AddAsync(first);
        await store.Revocations.AddAsync(first with { At = Rows.Now, Until = Rows.Now.AddHours(9), Reason = "again", By = "bob" });
        Assert.Equal([first with { Until = Rows.Now.AddHours(9), Reason = "again", By = "bob" }], await store.Revocations.ListAsync(Rows.Now));
    }

    [Fact]
    public async Task ATask_IsNeverGivenToAnotherOwner()
    {
        await using var store = Open();
        Assert.True(await store.TaskOwners.AddAsync(new("files", Rows.Digest(1), Rows.Digest(2), Rows.Digest(9), Rows.Now.AddHours(1)), 12));
        Assert.False(await store.TaskOwners.AddAsync(new("files", Rows.Digest(1), Rows.Digest(3), Rows.Digest(9), Rows.Now.AddHours(9)), 12));
        Assert.Equal(Rows.Digest(2), await store.TaskOwners.FindAsync("files", Rows.Digest(1), Rows.Now));
        Assert.True(await store.TaskOwners.AddAsync(new("mail", Rows.Digest(1), Rows.Digest(3), Rows.Digest(9), Rows.Now.AddHours(1)), 12));
        Assert.True(await store.TaskOwners.AddAsync(new("files", Rows.Digest(1), Rows.Digest(2), Rows.Digest(9), Rows.Now.AddMinutes(1)), 12));
        Assert.NotNull(await store.TaskOwners.FindAsync("files", Rows.Digest(1), Rows.Now.AddMinutes(59)));

        time.SetUtcNow(Rows.Now.AddHours(1));
        Assert.True(await store.TaskOwners.AddAsync(new("files", Rows.Digest(1), Rows.Digest(3), Rows.Digest(9), Rows.Now.AddHours(2)), 12));
        Assert.Equal(Rows.Digest(3), await store.TaskOwners.FindAsync("files", Rows.Digest(1), time.GetUtcNow()));
    }

    // One caller makes tasks without end: what is forgotten are its own, the oldest first, and others find room.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task TasksOfOneCaller_LeaveOthersTheirRows()
    {
        await using var store = Open(new() { RowLimit = 20 });
        var other = Rows.Digest(7);
        Assert.True(await store.TaskOwners.AddAsync(new("files", Rows.Digest(100), Rows.Digest(3), other, Rows.Now.AddMinutes(1)), 4));
        for (byte number = 0; number < 40; number++)
            Assert.True(await store.TaskOwners.AddAsync(
                new("files", Rows.Digest(number), Rows.Digest(2), Rows.Digest(9), Rows.Now.AddHours(1).AddSeconds(number)), 4));
        // While half of the table is free one caller may have more than its part, here four of twenty.
        List<byte> left = [];
        for (byte number = 0; number < 40; number++)
        {
            if (await store.TaskOwners.FindAsync("files", Rows.Digest(number), Rows.Now) is not null) left.Add(number);
        }

        Assert.Equal(Enumerable.Range(31, 9), left.Select(number => (int)number));
        Assert.NotNull(await store.TaskOwners.FindAsync("files", Rows.Digest(100), Rows.Now));
        for (byte number = 101; number < 104; number++)
            Assert.True(await store.TaskOwners.AddAsync(new("files", Rows.Digest(number), Rows.Digest(3), other, Rows.Now.AddHours(1)), 4));
    }

    // A write that is undone brings back the rows that it deleted: they count again.
    [Fact]
    public async Task AfterWritesThatWereUndone_TheLimitOfRowsHolds()
    {
        await using var store = Open(new() { RowLimit = 20 });
        for (byte number = 0; number < 12; number++)
            await store.TaskOwners.AddAsync(new("files", Rows.Digest(number), Rows.Digest(2), Rows.Digest(9), Rows.Now.AddHours(1)), 4);
        await store.WriteAsync(
            connection => Run(connection, "CREATE TRIGGER fails BEFORE INSERT ON task_owners BEGIN SELECT RAISE(ABORT, 'no'); END"));
        for (byte number = 50; number < 65; number++)
            await Assert.ThrowsAsync<StoreException>(
                () => store.TaskOwners.AddAsync(new("files", Rows.Digest(number), Rows.Digest(2), Rows.Digest(9), Rows.Now.AddHours(1)), 4).AsTask());
        await store.WriteAsync(connection => Run(connection, "DROP TRIGGER fails"));
        var added = 0;
        for (byte number = 100; number < 130; number++)
        {
            try
            {
                await store.TaskOwners.AddAsync(new("files", Rows.Digest(number), Rows.Digest(2), Rows.Digest(number), Rows.Now.AddHours(1)), 4);
                added++;
            }
            catch (StoreException)
            {
                // The table is full.
            }
        }

        Assert.Equal(10, added); // of the first caller ten are left, half of the table
    }

    [Fact]
    public async Task ValuesThatWouldNotComeBackTheSame_AreRefused()
    {
        await using var store = Open();
        foreach (var value in new[] { "a\0b", "lone \ud800 surrogate", new string('x', 4097), new string('ü', 2049) })
            await Assert.ThrowsAsync<ArgumentException>(() => store.Sessions.AddAsync(new(value, "owner", Rows.Now.AddHours(1))).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.TaskOwners.AddAsync(new("files", new byte[15], Rows.Digest(1), Rows.Digest(9), Rows.Now), 12).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.TaskOwners.AddAsync(new("files", Rows.Digest(1), new byte[65], Rows.Digest(9), Rows.Now), 12).AsTask());
        Assert.Empty(await store.Sessions.ListAsync(Rows.Now));
    }

    [Fact]
    public async Task AClosedStore_SaysSo()
    {
        var store = Open();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Revocations.AddAsync(Rows.Revocation(1)).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Revocations.ListAsync(Rows.Now).AsTask());
        await store.DisposeAsync();
    }

    [Fact]
    public async Task ADamagedFile_IsFoundAndNamed()
    {
        await using (var store = Open())
        {
            for (var number = 0; number < 200; number++)
                await store.Revocations.AddAsync(Rows.Revocation(number));
        }

        var bytes = await File.ReadAllBytesAsync(StorePath);
        for (var offset = 8192; offset < bytes.Length; offset += 512)
            bytes.AsSpan(offset, 64).Fill(0xff);
        await File.WriteAllBytesAsync(StorePath, bytes);
        var refusal = Assert.Throws<StoreException>(() => Open(new() { CheckIntegrity = true }));
        Assert.Contains("Restore it from a copy", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNoDatabase_IsRefusedUnchanged()
    {
        Directory.CreateDirectory(folder.File("state"), (UnixFileMode)0b111_000_000);
        File.WriteAllText(StorePath, new string('x', 5000));
        Rows.SetMode(StorePath, 600);
        Assert.Throws<StoreException>(() => Open());
        Assert.Equal(new string('x', 5000), File.ReadAllText(StorePath));
    }

    public void Dispose() => folder.Dispose();

    private static int Run(Microsoft.Data.Sqlite.SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of these tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }

    private Store Open(StoreOptions? options = null) => Store.Open(StorePath, time, options ?? new());
}
