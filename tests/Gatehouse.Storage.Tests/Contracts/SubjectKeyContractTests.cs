using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The table of the audit log's keys keeps every promise of its contract.</summary>
public sealed class SubjectKeyContractTests
{
    public static TheoryData<string> Checks => [.. SubjectKeyContract.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public void TheTableInSqlite_Keeps(string check)
    {
        using var folder = new TemporaryFolder();
        Check(check).Run(() => SubjectKeyFile.Open(folder.File("keys.db")));
    }

    // To destroy a key is to erase: its bytes are in no page of the file, and in no log beside it.
    [Fact]
    public void ARemovedRow_LeavesNoTraceInAnyFile()
    {
        using var folder = new TemporaryFolder();
        using var keys = SubjectKeyFile.Open(folder.File("keys.db"));
        var secret = "a key that is gone for good 0123"u8.ToArray();
        for (byte number = 1; number < 60; number++)
        {
            byte[] id = [.. Enumerable.Repeat(number, 32)];
            keys.Add(new SubjectKeyRow(id, id, id.AsMemory(0, 16), 1, 24_000, number == 30 ? secret : id));
        }

        Assert.True(Holds(folder, secret));
        byte[] gone = [.. Enumerable.Repeat((byte)30, 16)];
        Assert.Equal(1, keys.Remove([gone]));
        Assert.False(Holds(folder, secret));
        Assert.False(Holds(folder, [.. Enumerable.Repeat((byte)30, 16)]));
    }

    // SQLite keeps the old page in the file for as long as a reader of before needs it, and reports no failure.
    [Fact]
    public void ARemovedRow_ThatAnotherProgramReads_IsReported_AndIsGoneOnceThatHasEnded()
    {
        using var folder = new TemporaryFolder();
        using var keys = SubjectKeyFile.Open(folder.File("keys.db"));
        var secret = "a key that is gone for good 0123"u8.ToArray();
        byte[] id = [.. Enumerable.Repeat((byte)30, 32)];
        keys.Add(new SubjectKeyRow(id, id, id.AsMemory(0, 16), 1, 24_000, secret));
        Assert.True(keys.TryOverwrite());
        using (var reader = new SqliteConnection($"Data Source={folder.File("keys.db")};Pooling=False"))
        {
            reader.Open();
            using var transaction = reader.BeginTransaction(deferred: true);
            using var command = reader.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "SELECT COUNT(*) FROM subject_keys";
            Assert.Equal(1L, command.ExecuteScalar());
            Assert.Equal(1, keys.Remove([id.AsMemory(0, 16)]));
            Assert.False(keys.TryOverwrite());
            Assert.True(Holds(folder, secret));
        }

        Assert.True(keys.TryOverwrite());
        Assert.False(Holds(folder, secret));
    }

    [Fact]
    public void AClosedTable_RefusesAsAStore()
    {
        using var folder = new TemporaryFolder();
        var keys = SubjectKeyFile.Open(folder.File("keys.db"));
        keys.Dispose();
        Assert.Contains("is closed", Assert.Throws<StoreException>(() => keys.Find(new byte[32])).Message, StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => keys.Remove([new byte[16]]));
    }

    [Fact]
    public void TheFile_IsOnlyForItsUser_AndAReaderChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using (var keys = SubjectKeyFile.Open(folder.File("keys.db"))) keys.SetTableKey(new byte[60]);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("keys.db")));
        using (var reader = SubjectKeyFile.OpenToRead(folder.File("keys.db")))
        {
            Assert.NotNull(reader.TableKey());
            Assert.Throws<StoreException>(() => reader.SetTableKey(new byte[61]));
        }

        File.WriteAllText(folder.File("other.db"), "");
        Assert.Contains("is no table", Assert.Throws<StoreException>(() => SubjectKeyFile.OpenToRead(folder.File("other.db"))).Message, StringComparison.Ordinal);
    }

    private static SubjectKeyCheck Check(string name) => SubjectKeyContract.Checks.Single(one => one.Name == name);

    private static bool Holds(TemporaryFolder folder, byte[] bytes) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(folder.File("keys.db"))!).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content.AsSpan().IndexOf(bytes) >= 0;
    });
}
