namespace Gatehouse.Storage.Tests;

public sealed class SqliteLibraryTests
{
    // The program brings SQLite along, so that its security updates are ours. Raise the version with Directory.Packages.props.
    [Fact]
    public void Version_IsNotOlderThanTheReviewedOne() =>
        Assert.True(Version.Parse(SqliteLibrary.Version) >= new Version(3, 53, 4), SqliteLibrary.Version);

    // With it a word in double quotes that is no column would silently become a text.
    [Fact]
    public void Library_TakesNoNameForAText()
    {
        using var folder = new Support.TemporaryFolder();
        Assert.ThrowsAny<System.Data.Common.DbException>(() => Support.Rows.Query(folder.File("any.db"), "SELECT \"no column\""));
    }
}
