using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests;

public sealed class SqliteLibraryTests
{
    [Fact]
    public void AMissingLibrary_NamesThePackage()
    {
        var refusal = Assert.Throws<StoreException>(() => SqliteLibrary.Find(["libsqlite3.so.0"], _ => 0));
        Assert.Contains("libsqlite3.so.0", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("libsqlite3-0 (Debian", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheFirstKnownName_IsTaken() => Assert.Equal(7, SqliteLibrary.Find(["a", "b", "c"], name => name == "a" ? 0 : 7));

    [Fact]
    public void AnOldLibrary_IsRefused()
    {
        Assert.Contains("3.34.1", Assert.Throws<StoreException>(() => SqliteLibrary.Judge(3_034_001, "3.34.1")).Message, StringComparison.Ordinal);
        SqliteLibrary.Judge(3_035_000, "3.35.0");
    }

    [Fact]
    public void TheSystemsLibrary_IsLoaded() => Assert.StartsWith("3.", SqliteLibrary.Version, StringComparison.Ordinal);
}
