using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Support;

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
}
