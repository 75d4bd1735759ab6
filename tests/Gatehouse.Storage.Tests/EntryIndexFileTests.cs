using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage.Tests;

/// <summary>The file of the index of a log: only for its user, and made again where it is damaged.</summary>
public sealed class EntryIndexFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => folder.File("index.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheFiles_AreOnlyForTheUser_AndOneThatIsNot_IsRefused()
    {
        await using (var index = EntryIndexFile.Open(File))
        {
            await index.BeginAsync(new IndexHead(1, new byte[] { 1 }, new byte[] { 1 }));
            if (OperatingSystem.IsWindows()) return;
            Assert.All(Directory.GetFiles(Path.GetDirectoryName(File)!),
                file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(file)));
        }

        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<StoreException>(() => EntryIndexFile.Open(File)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no database at all, and long enough to be read as a page of one")]
    [InlineData("")]
    public async Task AFileThatIsNoIndex_IsMadeAgain(string content)
    {
        await using (EntryIndexFile.Open(File))
        {
        }

        System.IO.File.WriteAllText(File, string.Concat(Enumerable.Repeat(content, 100)));
        await using var index = EntryIndexFile.Open(File);
        Assert.Equal(content.Length > 0, index.WasDamaged);
        Assert.Null(await index.ReadHeadAsync());
    }

    [Fact]
    public async Task DamageThatIsFoundLater_IsReportedAsDamage()
    {
        await using (var index = EntryIndexFile.Open(File))
        {
            var head = new IndexHead(1, new byte[] { 1 }, new byte[] { 1 });
            await index.BeginAsync(head);
            await index.AppendAsync([.. Enumerable.Range(1, 2000).Select(number =>
                new IndexedEntry("log", number, DateTimeOffset.UnixEpoch, new byte[200], [new IndexTerm(new IndexToken(1, 1))]))], head);
        }

        // The first page holds the schema; all others are overwritten.
        using (var file = System.IO.File.OpenWrite(File))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0x5a, (int)file.Length - 4096).ToArray());
        }

        await using var damaged = EntryIndexFile.Open(File);
        await Assert.ThrowsAsync<DamagedIndexException>(async () => await damaged.FindAsync(new IndexQuestion([new IndexToken(1, 1)], 10)));
    }

    // Otherwise an append between the statement that reads the newest number and the one that reads postings would look like damage.
    [Fact]
    public async Task EveryStatementOfARead_SeesOneCommit()
    {
        await using var index = await CountedAsync(10);
        var (before, after) = await index.ReadAsync(connection =>
        {
            var first = Number(connection, "SELECT newest FROM head");
            Task.Run(() => AppendAsync(index, 11, 20)).GetAwaiter().GetResult();
            return (first, Number(connection, "SELECT MAX(number) FROM postings"));
        }, CancellationToken.None);
        Assert.Equal((10L, 10L), (before, after));
        Assert.Equal(20, await index.ReadAsync(connection => Number(connection, "SELECT MAX(number) FROM postings"), CancellationToken.None));
    }

    [Fact]
    public async Task AReadThatFails_EndsItsTransaction()
    {
        await using var index = await CountedAsync(10);
        for (var time = 0; time < 4; time++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(
                async () => await index.ReadAsync<long>(_ => throw new InvalidOperationException(), CancellationToken.None));
        }

        await AppendAsync(index, 11, 12);
        Assert.Equal(12, await index.CountAsync(new IndexQuestion([Every], 10)));
    }

    // A posting beyond the newest entry shows which way was taken: with a set it is damage, label by label it is counted.
    [Theory]
    [InlineData(21, true)]
    [InlineData(20, false)]
    public async Task AnIndexAtTheBoundOfTheLargestSet_IsCountedLabelByLabel(long largestSet, bool hasSet)
    {
        await using var index = await CountedAsync(20);
        Damage("INSERT INTO postings (term, at, number) SELECT term, at, 99 FROM postings WHERE number = 20");
        var counting = index.ReadAsync(
            connection => EntryIndexCounts.ByFacet(connection, Some, [1], 512, largestSet, CancellationToken.None), CancellationToken.None);
        if (hasSet) await Assert.ThrowsAsync<DamagedIndexException>(async () => await counting);
        else Assert.Equal(19, (await counting).ByFacet[1].Count); // the first entry is before the question
    }

    [Fact]
    public async Task WithASetAndWithout_TheCountsAreTheSame()
    {
        await using var index = await CountedAsync(5000);
        var (set, each) = await index.ReadAsync(connection => (
            EntryIndexCounts.ByFacet(connection, Some, [1], 512, EntryIndexCounts.LargestSet, CancellationToken.None),
            EntryIndexCounts.ByFacet(connection, Some, [1], 512, 0, CancellationToken.None)), CancellationToken.None);
        Assert.Equal(4999, set.Entries);
        Assert.Equal(set.Entries, each.Entries);
        Assert.Equal(Labels(set), Labels(each));
        Assert.Equal(4999, set.ByFacet[1].Sum(one => one.Entries));
    }

    [Theory]
    [InlineData(EntryIndexCounts.LargestSet)]
    [InlineData(0)]
    public async Task ACountThatIsNotAwaitedAnyMore_Ends(long largestSet)
    {
        await using var index = await CountedAsync(20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await index.ReadAsync(
            connection => EntryIndexCounts.ByFacet(connection, Some, [1], 512, largestSet, new CancellationToken(canceled: true)),
            CancellationToken.None));
    }

    private static IEnumerable<(byte, long)> Labels(IndexCounts counts) => counts.ByFacet[1].Select(one => (one.Label.Span[0], one.Entries)).Order();

    // All but the first entry, so that the index itself does not have the count.
    private static IndexQuestion Some => new([Every], 512) { Since = DateTimeOffset.UnixEpoch.AddSeconds(2) };

    private static IndexToken Every => new(1, 1);

    private async Task<EntryIndexFile> CountedAsync(int entries)
    {
        var index = EntryIndexFile.Open(File);
        await index.BeginAsync(new IndexHead(1, new byte[] { 1 }, new byte[] { 1 }));
        await AppendAsync(index, 1, entries);
        return index;
    }

    // Twenty labels, each of a twentieth of the entries.
    private static async Task AppendAsync(EntryIndexFile index, int from, int to) => await index.AppendAsync(
        [.. Enumerable.Range(from, to - from + 1).Select(number => new IndexedEntry("log", number, DateTimeOffset.UnixEpoch.AddSeconds(number),
            BitConverter.GetBytes(number), [new IndexTerm(Every), Label(number % 20)]))],
        new IndexHead(1, new byte[] { 1 }, new byte[] { 1 }) { Log = "log", Index = to });

    private static IndexTerm Label(int label) => new(new IndexToken(2, (ulong)label), 1, new[] { (byte)label });

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private void Damage(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
